"""公务接待: meals for official guests of a department."""
