"""Property (物业): work orders, service levels, assets, inspections and contractors.

Slices, from the lowest: `categories` (报修类别), `contractors` (服务商 and their contracts), `workforce`
(班组, workers, shifts), `assets` (设备), `service_levels` (服务时限: policies and clocks), `work_orders`
(工单, with their `costs` and `escalations`), `inspections` (巡检 and 保养), `dispatch` (调度台),
`assessments` (服务商考核) and `statistics`. Each imports those before it, never the other way.
"""
