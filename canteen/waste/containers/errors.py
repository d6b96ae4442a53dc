"""Refusals of containers."""

from backend.errors import Conflict, Invalid, NotFound


class ContainerNotFound(NotFound):
    """There is no such container, or it is beyond the actor's reach."""

    code = "waste.container_not_found"
    message = "没有找到该容器"


class ContainerExists(Conflict):
    """The canteen has a container of this kind and code."""

    code = "waste.container_exists"
    message = "该食堂已有编码为「{container}」的同类容器"


class ContainerStageWrong(Invalid):
    """A bin says what is thrown into it, and nothing else does."""

    code = "waste.container_stage_wrong"
    message = "收集桶须指明环节（储存、加工、备餐剩余、餐盘剩余或合理利用），餐盘和菜盆则不填"
