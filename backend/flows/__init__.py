"""What crosses modules: one unit of work that calls several modules, or one report that reads several."""
