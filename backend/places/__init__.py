"""Where things are: campuses and their buildings (楼宇). Later also floors, rooms, spots and assets."""
