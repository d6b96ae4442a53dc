"""What is reported for repair: the tree of categories (报修类别).

A category stands under another or at the top; orders are filed under leaves. It says which skill (工种) the work
wants, which proof of it must be given before and after (照片, 签字), how urgent it usually is, and for how long
the work is warranted. Categories are never deleted, only taken out of use.
"""
