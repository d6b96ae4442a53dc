"""What is reported for repair: the tree of categories (报修类别).

A category stands under another or at the top, at most three levels deep; orders are filed under leaves: what
has nothing in use below it. It says which skill (工种) the work wants, which proof of it must be given before
and after (照片, 签字), how urgent it usually is, and for how long the work is warranted. Its code is its name
for machines and never changes. Categories are never deleted, only taken out of use, with what is below them.

A house begins with the tree in `default_categories.toml` and changes it as it likes.
"""
