"""What is printed for a meeting.

Nameplates (席卡), the sign-in sheet (签到表), the agenda, the service order (会务服务单), the door
notice (门贴), and the list of a day's meetings. Who organises or booked a meeting prints its papers, who
looks after its room, and who serves it; what tells of a confidential meeting only who knows of it. The
door notice is read by everybody who passes: it never names a confidential meeting.
"""
