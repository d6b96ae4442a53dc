"""The demo's kitchens of the last days: checks, samples, temperatures, cleaning, ledgers, plans, forecasts.

Everything is done by the use cases of the house, at the hours at which a kitchen does it.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time, timedelta
from functools import partial
from random import Random
from typing import Final

from sqlalchemy import select

from backend import clock
from backend.db import db
from backend.flows.demo.agenda import Agenda, within
from backend.flows.demo.kitchens import KITCHENS, Kitchen
from backend.flows.demo.larder import FOOD_IDS
from backend.flows.demo.menus import PlannedMeal
from backend.flows.demo.organisation import MANAGER_NO, SAFETY_NO, WAITER_NO
from backend.flows.demo.plan import Plan
from canteen.advice.weeks import services as advice
from canteen.food_safety.controls.days import queries as control_queries
from canteen.food_safety.controls.days import services as controls
from canteen.food_safety.controls.days.policies import Given as Controlled
from canteen.food_safety.hygiene import services as hygiene
from canteen.food_safety.hygiene.checks import queries as check_queries
from canteen.food_safety.hygiene.checks import services as checks
from canteen.food_safety.hygiene.checks.policies import Given as Checked
from canteen.food_safety.hygiene.cleaning import services as cleaning
from canteen.food_safety.hygiene.models import CleaningKind, Every, Method
from canteen.food_safety.incidents import services as incidents
from canteen.food_safety.incidents.models import Kind as IncidentKind
from canteen.food_safety.incidents.models import Source as IncidentSource
from canteen.food_safety.ledgers import services as ledgers
from canteen.food_safety.ledgers.models import HandOverKind
from canteen.food_safety.samples import services as samples
from canteen.food_safety.samples.policies import Wanted
from canteen.food_safety.temperatures import services as temperatures
from canteen.food_safety.temperatures.models import FridgeKind
from canteen.food_safety.temperatures.policies import Entered
from canteen.food_safety.workers import services as workers
from canteen.food_safety.workers.models import Basis, Outcome, Shift
from canteen.food_safety.workers.policies import Found
from canteen.menu.models import Period
from canteen.production.forecasts import operations as attendance
from canteen.production.forecasts import services as forecasts
from canteen.production.forecasts.errors import NothingToForecastFrom
from canteen.production.plans import services as plans
from canteen.production.plans import views as plan_views
from canteen.purchasing.stock.models import Batch

_SEED: Final = "houqin demo 2026: kitchen days"
# So many open days back a kitchen's records go.
_DAYS: Final = 6
_DAY: Final = timedelta(days=1)
_WORKERS: Final = (
    ("厨师长", "毛建军", "龚大勇", "庞志远"),
    ("热菜厨师", "史春雷", "伍国安", "覃家旺"),
    ("凉菜厨师", "柳小燕", "温秀珍", "莫晓红"),
    ("面点师", "尹桂香", "汤美玲", "韦凤英"),
    ("切配工", "施小军", "邹大海", "农志明"),
    ("洗消工", "陶桂芬", "严春梅", "蓝秀兰"),
)
_FRIDGES: Final = (
    ("1号冷藏柜", FridgeKind.CHILLED, 36),
    ("2号冷冻柜", FridgeKind.FROZEN, -186),
    ("留样柜", FridgeKind.SAMPLE, 42),
)
_STATIONS: Final = ("粗加工间", "热菜间", "凉菜专间", "面点间", "洗消间")
_SAMPLE_FRIDGE: Final = "留样柜"
_WARM_DC: Final = 112
_KEPT_FOR: Final = timedelta(hours=49)
# So many days of the past have plans.
_PLANNED_DAYS: Final = 2
# So many days back every station was checked.
_CHECKED_DAYS: Final = 3
_COLLECTOR: Final = ("市餐厨废弃物收运处置有限公司", "资源化处理", "云A·C5216", "蒋师傅")


def plan_kitchen_days(agenda: Agenda, plan: Plan) -> None:
    """Put the records of the last days on the agenda, and what is planned for the next."""
    for kitchen in KITCHENS:
        _KitchenDays(agenda, plan, kitchen).enter()


class _KitchenDays:
    """The records of one kitchen."""

    def __init__(self, agenda: Agenda, plan: Plan, kitchen: Kitchen) -> None:
        self.agenda, self.plan, self.kitchen = agenda, plan, kitchen
        self.rng = Random(f"{_SEED} {kitchen.id}")
        self.manager, self.cook = agenda.actor(MANAGER_NO), agenda.actor(WAITER_NO)
        self.officer = agenda.actor(SAFETY_NO)
        meals = [meal for meal in plan.meals if meal.canteen_id == kitchen.id]
        self.meals: dict[date, list[PlannedMeal]] = {}
        for meal in meals:
            self.meals.setdefault(meal.served_on, []).append(meal)
        past = [day for day in sorted(self.meals) if day <= agenda.today]
        self.days = past[-_DAYS:]
        self.worker_ids: list[int] = []
        self.fridge_ids: list[int] = []
        self.station_ids: list[int] = []
        self.task_ids: list[int] = []
        self.additive_ids: list[int] = []
        self.plan_ids: dict[int, int] = {}
        self.sample_ids: dict[int, list[int]] = {}
        self.blocked_ids: list[int] = []

    def enter(self) -> None:
        """Everything, by its hour."""
        if not self.days:
            return
        self.agenda.add(self.days[0] - _DAY, self.furnish, 9)
        for day in self.days:
            self._enter_day(day)
        self.agenda.add_at(self.agenda.now, self.look_ahead)
        if self.kitchen.id == 1:
            self.agenda.add(self.days[0], self.drill, 15)

    def furnish(self) -> None:
        """Workers, fridges, stations, the cleaning plan, additives."""
        self._hire()
        for name, kind, _ in _FRIDGES:
            made = within(temperatures.create_fridge)(
                self.officer, canteen_id=self.kitchen.id, name=name, kind=kind, location="后厨"
            )
            self.fridge_ids.append(made.id)
        for position, name in enumerate(_STATIONS):
            keeper = _WORKERS[position][self.kitchen.id]
            station = within(hygiene.add_station)(
                self.officer, canteen_id=self.kitchen.id, name=name, keeper=keeper, position=position
            )
            self.station_ids.append(station.id)
        for target, of, method, agent, least in (
            ("餐具", CleaningKind.DISINFECT, Method.DISHWASHER, "", None),
            ("凉菜专间空气", CleaningKind.DISINFECT, Method.ULTRAVIOLET, "", None),
            ("砧板和刀具", CleaningKind.DISINFECT, Method.CHLORINE, "含氯消毒液", 250),
        ):
            task = within(cleaning.add_task)(
                self.officer,
                canteen_id=self.kitchen.id,
                kind=of,
                target=target,
                method=method,
                every=Every.DAY,
                agent=agent,
                least_mg_l=least,
                least_minutes=15 if least else 30,
            )
            self.task_ids.append(task.row.id)
        additive = within(ledgers.add_additive)(
            self.officer,
            canteen_id=self.kitchen.id,
            name="泡打粉",
            purpose="膨松剂",
            scope="油条等发酵面制品",
            limit_mg_per_kg=20_000,
            keeper=_WORKERS[3][self.kitchen.id],
            place="添加剂专柜",
            ingredient_id=FOOD_IDS["泡打粉"],
        )
        self.additive_ids.append(additive.id)

    def _hire(self) -> None:
        """Who works here; of one the certificate runs out soon, of another it has."""
        for number, (job, *names) in enumerate(_WORKERS):
            worker = within(workers.create_worker)(
                self.officer, canteen_id=self.kitchen.id, name=names[self.kitchen.id - 1], job=job
            )
            within(workers.note_notice)(self.officer, worker_id=worker.id, basis=Basis.DUTY)
            left = {1: 12, 4: -3}.get(number, 160 + 20 * number) if self.kitchen.id == 1 else 200 + number
            within(workers.add_certificate)(
                self.officer,
                worker_id=worker.id,
                number=f"JK2026{self.kitchen.id:02d}{number:05d}",
                issuer="市疾病预防控制中心",
                issued_on=self.agenda.today + timedelta(days=left - 365),
                valid_until=self.agenda.today + timedelta(days=left),
            )
            self.worker_ids.append(worker.id)

    def _enter_day(self, day: date) -> None:
        for hour, minute, act in (
            (6, 10, self.clear_workers),
            (6, 20, self.check_workers),
            (8, 0, self.read_fridges),
            (14, 20, self.clean),
            (14, 40, self.check_stations),
            (15, 10, self.hand_over),
            (16, 0, self.read_fridges),
            (16, 30, self.control),
        ):
            self._at(day, time(hour, minute), act)
        for meal in self.meals[day]:
            at = meal.instants.serves_from - timedelta(minutes=5)
            if at <= self.agenda.now:
                self.agenda.add_at(at, self._sampling(meal))
                # What fell due in the last hours still waits.
                if at + _KEPT_FOR <= self.agenda.now - _DAY / 2:
                    self.agenda.add_at(at + _KEPT_FOR, partial(self._dispose, meal.id))
            self._cook(meal)

    def _at(self, day: date, hour: time, act: Callable[[], None]) -> None:
        at = clock.at_local(day, hour)
        # What lies ahead has not been done: today's list shows what is left to do.
        if at <= self.agenda.now:
            self.agenda.add_at(at, act)

    def check_workers(self) -> None:
        """Everybody before the shift; on one day somebody has a fever, and is cleared the day after."""
        is_ill = self.kitchen.id == 1 and clock.today() == self.days[max(0, len(self.days) - 3)]
        found = [
            Found(worker_id, 379 if is_ill and number == 3 else self.rng.randint(361, 368), (), "")
            for number, worker_id in enumerate(self.worker_ids)
        ]
        done = within(workers.record_checks)(
            self.cook, canteen_id=self.kitchen.id, shift=Shift.MORNING, items=found
        )
        self.blocked_ids += [each.id for each in done.checks if each.outcome == Outcome.BLOCKED]

    def clear_workers(self) -> None:
        """Whoever was ill is well again."""
        for check_id in self.blocked_ids:
            within(workers.clear_check)(
                self.officer, check_id=check_id, reason="医院检查正常，体温恢复，持诊断证明复岗"
            )
        self.blocked_ids.clear()

    def read_fridges(self) -> None:
        """All fridges; one was left open on one morning."""
        is_warm = self.kitchen.id == 1 and clock.today() == self.days[max(0, len(self.days) - 2)]
        is_morning = clock.local(clock.now()).hour < 12
        readings = [
            Entered(
                fridge_id,
                _WARM_DC if is_warm and is_morning and not number else usual + self.rng.randint(-6, 6),
            )
            for number, (fridge_id, (_, _, usual)) in enumerate(zip(self.fridge_ids, _FRIDGES, strict=True))
        ]
        within(temperatures.enter)(self.cook, canteen_id=self.kitchen.id, readings=readings)

    def clean(self) -> None:
        """What the cleaning plan asks for."""
        for number, task_id in enumerate(self.task_ids):
            within(cleaning.record_cleaning)(
                self.cook,
                canteen_id=self.kitchen.id,
                task_id=task_id,
                concentration_mg_l=300 if number == len(self.task_ids) - 1 else None,
                minutes=30,
            )

    def check_stations(self) -> None:
        """六常六天 of each station, for some days; the last one is forgotten now and then."""
        if clock.today() not in self.days[-_CHECKED_DAYS:]:
            return
        for station_id in self.station_ids[: -1 if self.rng.random() < 0.2 else None]:
            sheet = check_queries.get_sheet(self.cook, station_id=station_id)
            answers = [Checked(line.item_id, is_ok=True) for line in sheet.lines]
            within(checks.answer)(self.cook, station_id=station_id, answers=answers, is_scanned=True)

    def hand_over(self) -> None:
        """Oil is fetched once a week; additives are weighed as they are used."""
        receiver, use, vehicle, signed = _COLLECTOR
        if clock.today().weekday() == 0:
            within(ledgers.hand_over)(
                self.cook,
                canteen_id=self.kitchen.id,
                handed_at=clock.now(),
                kind=HandOverKind.USED_OIL,
                weight_g=self.rng.randint(12_000, 20_000),
                receiver=receiver,
                use=use,
                vehicle_no=vehicle,
                signed_by=signed,
            )
        within(ledgers.use_additive)(
            self.cook,
            additive_id=self.additive_ids[0],
            used_at=clock.now() - timedelta(hours=9),
            weight_mg=90_000,
            food_g=9_000,
            dish="油条",
        )

    def control(self) -> None:
        """日管控: no risk as a rule; what was found once is to be put right in three days."""
        today = clock.today()
        found = self.kitchen.id == 1 and today == self.days[max(0, len(self.days) - 2)]
        day = control_queries.get_day(self.cook, canteen_id=self.kitchen.id, on=today)
        answers = [
            Controlled(line.item_id, is_ok=True)
            if number or not found
            else Controlled(
                line.item_id,
                is_ok=False,
                remark="粗加工间地面有积水",
                measure="疏通地漏，每餐后清扫",
                responsible=_WORKERS[4][self.kitchen.id],
                due_on=today + timedelta(days=3),
            )
            for number, line in enumerate(day.lines)
        ]
        within(controls.answer)(self.cook, canteen_id=self.kitchen.id, on=today, answers=answers)
        within(controls.close)(self.cook, canteen_id=self.kitchen.id, on=today)

    def _sampling(self, meal: PlannedMeal) -> Callable[[], None]:
        def act() -> None:
            wanted = [Wanted(offered.dish.id, 125 + 5 * self.rng.randint(0, 5)) for offered in meal.dishes]
            is_today = meal.served_on == self.agenda.today
            taken = within(samples.take)(
                self.cook,
                canteen_id=self.kitchen.id,
                served_on=meal.served_on,
                period=Period(meal.period),
                # Today one dish is still to be sampled.
                items=wanted[:-1] if is_today else wanted,
                fridge=_SAMPLE_FRIDGE,
            )
            self.sample_ids[meal.id] = [sample.id for sample in taken.samples]

        return act

    def _dispose(self, meal_id: int) -> None:
        within(samples.dispose)(self.cook, sample_ids=self.sample_ids[meal_id], note="到期处理")

    def _cook(self, meal: PlannedMeal) -> None:
        """The plan of a lunch as soon as its orders are final, and what came of it."""
        if self.kitchen.id != 1 or meal.period != Period.LUNCH.value or meal.frozen_at is None:
            return
        if meal.served_on not in self.days[-_PLANNED_DAYS:]:
            return
        self.agenda.add_at(meal.frozen_at + timedelta(minutes=5), lambda: self._make_plan(meal.id))
        over_at = meal.instants.serves_until + timedelta(minutes=30)
        if over_at <= self.agenda.now:
            self.agenda.add_at(over_at, lambda: self._record_outcomes(meal.id))

    def _make_plan(self, meal_id: int) -> None:
        made = within(plans.make)(self.manager, meal_id=meal_id)
        within(plans.confirm)(self.manager, plan_id=made.id, shortage_reason="余量由小锅续供")
        self.plan_ids[meal_id] = made.id

    def _record_outcomes(self, meal_id: int) -> None:
        plan_id = self.plan_ids[meal_id]
        for dish in plan_views.get_detail(self.manager, plan_id).dishes:
            cooked_g = dish.planned_g // 100 * 100
            within(plans.record_outcome)(
                self.cook,
                plan_id=plan_id,
                dish_id=dish.dish_id,
                cooked_g=cooked_g,
                left_g=cooked_g * self.rng.randint(1, 8) // 100,
                reused_g=0,
            )
        within(plans.finish)(self.manager, plan_id=plan_id)

    def look_ahead(self) -> None:
        """Who came so far, what is expected, next week's suggestion."""
        attendance.count(self.kitchen.id, self.plan.started_on, self.agenda.today)
        for served_on, period in forecasts.expected_meals(
            self.kitchen.id, self.agenda.today + _DAY, self.agenda.today + 3 * _DAY
        ):
            # A young compound knows too little of its weekends.
            with suppress(NothingToForecastFrom):
                within(forecasts.make)(
                    self.manager, canteen_id=self.kitchen.id, served_on=served_on, period=Period(period)
                )
        if self.kitchen.id == 1:
            monday = self.agenda.today + timedelta(days=14 - self.agenda.today.weekday())
            found = advice.suggest(self.manager, canteen_id=1, on_date=monday)
            within(advice.keep)(self.manager, found)

    def drill(self) -> None:
        """A recall that was only practised: of the eggs of some days ago, which most breakfasts had."""
        made = within(incidents.report)(
            self.officer,
            canteen_id=1,
            title="鸡蛋批次异常召回演练",
            kind=IncidentKind.INGREDIENT,
            source=IncidentSource.KITCHEN,
            description="季度演练：假定一批鸡蛋检出异常，检验追溯、封存、留样和通知流程。",
            noticed_at=clock.now(),
            is_drill=True,
        )
        incident_id = made.row.incident.id
        # The largest delivery by then.
        eggs = select(Batch.id).where(Batch.canteen_id == 1, Batch.ingredient_id == FOOD_IDS["鸡蛋"])
        batch_id = db.session.scalars(
            eggs.where(Batch.received_at < clock.now()).order_by(Batch.quantity_g.desc(), Batch.id).limit(1)
        ).one()
        scoped = within(incidents.set_scope)(
            self.officer, incident_id=incident_id, revision=made.row.incident.revision, batch_ids=[batch_id]
        )
        within(incidents.recall)(self.officer, incident_id=incident_id)
        within(incidents.close)(
            self.officer,
            incident_id=incident_id,
            revision=scoped.row.incident.revision,
            cause="演练",
            findings="从上报到通知全部完成，批次、留样和用餐人员均可查到。",
            measures="每季度演练一次，补充夜间联系人。",
        )
