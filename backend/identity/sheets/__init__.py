"""The roster as an Excel sheet: import and export.

Columns: 工号 姓名 手机号 身份证号 饭卡号 部门 职务 兼职部门 兼职职务 状态. An import is all or
nothing and reports every fault by row and column; importing the same sheet again changes nothing.

Of an existing member of staff, an empty or exported (masked) phone, ID or card cell and an empty status
leave what is on record; everything else becomes as the sheet says. A column that the sheet does not have
changes nothing; 工号, 姓名 and 部门 must be there. Whoever is not in the sheet stays as they are.
"""
