"""Categories of what people bring forward (诉求类别), and within what time each is to be answered.

Vocabulary: a *kind* is 随手拍, 投诉, 建议 or 微管家; a category belongs to one for ever, and keeps its code.
Its *deadline class* (涉险, 水电气暖, 一般, 复杂) is frozen on each report at submission; how long a class
has is for the rules of `feedback.deadlines`. Its *words* lead the one door here.

Invariants: codes are unique, names are unique within a kind; a category is put out of use, never deleted.
"""
