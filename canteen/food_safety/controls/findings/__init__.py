"""Problems until they are put right by one person and checked by another (问题销号)."""
