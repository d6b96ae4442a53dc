/** What `GET /canteen/orders/{id}/rating` answers. */
export interface OrderRating {
  can_rate: boolean;
  closes_at: string | null;
  dimensions: { code: string; title: string }[];
  rating: { scores: Record<string, number>; text: string; rated_at: string } | null;
}
