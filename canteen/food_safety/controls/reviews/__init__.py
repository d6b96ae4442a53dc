"""周排查 and 月调度: reports that begin with the facts of their days and are signed once."""
