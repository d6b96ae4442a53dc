/** What `GET /canteen/orders/{id}/rating` answers. */
export interface OrderRating {
  can_rate: boolean;
  closes_at: string | null;
  dimensions: { code: string; title: string }[];
  rating: { scores: Record<string, number>; text: string; rated_at: string } | null;
}

/** What a number of stars means. */
export const GRADES = ["", "很不满意", "不满意", "一般", "满意", "很满意"] as const;
