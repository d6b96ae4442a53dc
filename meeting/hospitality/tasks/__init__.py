"""What stewards have to do: who takes which task, begins it, and ticks it off."""
