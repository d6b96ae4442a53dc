/** What `GET /canteen/orders/{id}/rating` answers. */
export interface OrderRating {
  can_rate: boolean;
  closes_at: string | null;
  dimensions: { code: string; title: string }[];
  /** The dishes of the order; `score` is what one gave. */
  dishes: { dish_id: number; name: string; score: number | null }[];
  rating: { scores: Record<string, number>; text: string; rated_at: string } | null;
}
