"""Windows in which takeaways are collected."""
