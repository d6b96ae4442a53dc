"""Plans (巡检计划, 保养计划): who goes where, and when.

A plan lies within reach of whoever manages all of the places that it leads to. Changing it leaves alone the
rounds that can be done already or have been; those that nobody could have begun are made again.
"""
