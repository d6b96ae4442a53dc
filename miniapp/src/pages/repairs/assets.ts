/** What a scan of an asset's plate shows. */
export interface Asset {
  id: number;
  number: string;
  name: string;
  kind: string;
  model: string;
  place_path: string;
  state: "in_use" | "stopped" | "scrapped";
  category_code: string | null;
  contractor: string;
  warranty_until: string | null;
  is_under_warranty: boolean;
  open_orders: number;
  last_done_at: string | null;
  can_report: boolean;
}

export const ASSET_STATES: Record<Asset["state"], { title: string; tone: "good" | "warn" | "plain" }> = {
  in_use: { title: "在用", tone: "good" },
  stopped: { title: "停用", tone: "warn" },
  scrapped: { title: "已报废", tone: "plain" },
};
