/** A colleague as looked up by number or name. */
export interface Found {
  staff_id: number;
  staff_no: string;
  name: string;
  department: string;
}
