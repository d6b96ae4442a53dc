"""The canteen: menus, accounts, ordering, pick-ups. Between slices: pickups → ordering → accounts → menu."""
