"""对账结算: what a caterer is owed for a month."""
