"""Histories that grow, as SQL for PostgreSQL: rows :first to :last of each, made within the database.

What is open stays as little as it is; what grows is the past. The rows are right by construction: states,
instants and numbers as the services write them; foreign keys are true, though nobody asks for them.
"""

# 2,000 diners eat two meals a day in one canteen; row n is the n-th latest order, of two dishes.
ORDERS = (
    """
    INSERT INTO meals (id, canteen_id, served_on, period, state, order_closes_at, cancel_closes_at,
        freezes_at, serves_from, serves_until, published_at, frozen_at, revision)
    SELECT 1000000 + m, :canteen_id, day, period, 'frozen', at, at, at, at, at, at, at, 0
    FROM (SELECT m, (CURRENT_DATE - 1 - m / 2)::date AS day,
                 CASE WHEN m % 2 = 0 THEN 'dinner' ELSE 'lunch' END AS period,
                 (CURRENT_DATE - 1 - m / 2)::timestamptz + interval '4 hours' AS at
          FROM generate_series((:first)::int / 2000, (:last)::int / 2000) AS m) AS made
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO orders (id, meal_id, canteen_id, staff_id, department_id, served_on, period, state, dining,
        note, total_fen, revision, placed_at, pickup_no, picked_up_at, picked_up_by)
    SELECT 1000000 + n, 1000000 + n / 2000, :canteen_id, :first_staff + n % 2000, :department_id,
        CURRENT_DATE - 1 - n / 4000, CASE WHEN n / 2000 % 2 = 0 THEN 'dinner' ELSE 'lunch' END, 'picked_up',
        'dine_in', '', 1200, 1, now() - n / 4000 * interval '1 day', 1 + n % 2000,
        now() - n / 4000 * interval '1 day', 1
    FROM generate_series((:first)::int, (:last)::int) AS n
    """,
    """
    INSERT INTO order_lines (order_id, meal_dish_id, dish_id, dish_name, portion, quantity, price_fen,
        weight_g, share)
    SELECT 1000000 + n, :meal_dish_id + k, :first_dish + k, '菜' || k, 'standard', 1, 600 + k, 200, 100
    FROM generate_series((:first)::int, (:last)::int) AS n, generate_series(0, 1) AS k
    """,
)

# One event in eight is a role's, the others are the orders' and the pages'.
AUDIT = (
    """
    INSERT INTO audit_events (happened_at, actor_id, actor_name, action, object_kind, object_id, result,
        request_id, details)
    SELECT now() - ((:last)::int - n) * interval '5 seconds', 1 + n % 2000, '职工' || n % 2000,
        (ARRAY['canteen.order_placed', 'canteen.order_cancelled', 'canteen.picked_up', 'identity.login',
               'media.photo_attached', 'property.order_triaged', 'feedback.report_submitted',
               'identity.role_granted'])[1 + n % 8],
        (ARRAY['order', 'staff', 'photo', 'report'])[1 + n % 4], (n / 4)::text, 'done',
        md5(n::text)::varchar(16), '{"state": "booked"}'
    FROM generate_series((:first)::int, (:last)::int) AS n
    """,
)

DEMANDS = (
    """
    INSERT INTO reports (id, number, kind, origin, category_id, deadline, reporter_id, reporter_key,
        is_anonymous, contact, place_kind, place_id, place_path, campus_id, building_id, text, state, cycle,
        revision, reply, is_lapsed, submitted_at, accepted_at, assigned_at, replied_at, ended_at, office_id,
        followers, transfers, extensions, reopenings, reminders)
    SELECT 1000000 + n, 'F' || lpad(n::text, 15, '0'), 'snap', 'phone', :first_category + n % 18, 'general',
        :first_staff + n % 400, sha256((n % 400)::text::bytea), false, '', 'building',
        :first_building + n % 24, n % 24 || '号楼', :campus_id, :first_building + n % 24,
        '走廊有积水，容易滑倒' || n % 97, 'closed', 0, 3, '已处理', true, at, at + interval '1 hour',
        at + interval '1 hour', at + interval '2 days', at + interval '9 days', :first_office + n % 12,
        0, 0, 0, 0, 0
    FROM (SELECT n, now() - interval '10 days' - n % 2628000 * interval '1 minute' AS at
          FROM generate_series((:first)::int, (:last)::int) AS n) AS made
    """,
    """
    INSERT INTO report_clocks (subject_id, cycle, kind, deadline, counting, amount, started_at, due_at,
        is_provisional, verdict, ended_at)
    SELECT 1000000 + n, 0, kind, 'general', 'natural', 120, at, at + interval '2 days', false, 'met',
        at + interval '1 day'
    FROM (SELECT n, kind, now() - interval '10 days' - n % 2628000 * interval '1 minute' AS at
          FROM generate_series((:first)::int, (:last)::int) AS n, unnest(ARRAY['response', 'answer']) AS kind)
        AS made
    """,
)

WORK_ORDERS = (
    """
    INSERT INTO work_orders (id, number, origin, reporter_id, contact, category_id, place_kind, place_id,
        place_path, place_class, campus_id, building_id, description, urgency, state, cycle, revision,
        group_id, worker_id, submitted_at, submitted_by, triaged_at, accepted_at, finished_at, completed_at,
        ended_at, returns, transfers, reworks, reopenings, reminders, is_lapsed, result, labour_minutes,
        cost_fen)
    SELECT 1000000 + n, 'WX' || lpad(n::text, 15, '0'), 'phone', :first_staff + n % 400, '',
        :first_category + n % 18, 'building', :first_building + n % 24, n % 24 || '号楼', 'ordinary',
        :campus_id, :first_building + n % 24, '卫生间漏水，请尽快维修' || n % 97, 'ordinary', 'closed', 0, 5,
        :first_group + n % 12, :first_staff + n % 40, at, :first_staff + n % 400, at, at,
        at + interval '1 day', at + interval '1 day', at + interval '2 days', 0, 0, 0, 0, 0, false, '已修复',
        30, 0
    FROM (SELECT n, now() - interval '10 days' - n % 2628000 * interval '1 minute' AS at
          FROM generate_series((:first)::int, (:last)::int) AS n) AS made
    """,
    """
    INSERT INTO service_clocks (subject_id, cycle, kind, calendar, counting, amount, started_at, due_at,
        is_provisional, verdict, ended_at)
    SELECT 1000000 + n, 0, kind, '0@0/1.11.0/00000000', 'natural', 1440, at, at + interval '1 day', false,
        'met', at + interval '20 hours'
    FROM (SELECT n, kind, now() - interval '10 days' - n % 2628000 * interval '1 minute' AS at
          FROM generate_series((:first)::int, (:last)::int) AS n,
               unnest(ARRAY['response', 'resolution']) AS kind) AS made
    """,
)

# What was sent; a hundred messages wait besides.
MESSAGES = (
    """
    INSERT INTO inbox_messages (id, staff_id, kind, dedupe, title, text, fields, page, is_urgent,
        needs_acknowledgement, created_at, read_at)
    SELECT 1000000 + n, :first_staff + n % 400, 'canteen.order_placed', n::text, '订餐成功', '您已订餐', '{}',
        '', false, false, now() - ((:last)::int - n) * interval '20 seconds', now()
    FROM generate_series((:first)::int, (:last)::int) AS n
    """,
    """
    INSERT INTO outbox (message_id, staff_id, channel, state, priority, attempts, next_at, expires_at,
        created_at, sent_at, error)
    SELECT 1000000 + n, :first_staff + n % 400, 'sms', 'sent', 2, 1, at, at + interval '1 day', at, at, ''
    FROM (SELECT n, now() - ((:last)::int - n) * interval '20 seconds' AS at
          FROM generate_series((:first)::int, (:last)::int) AS n) AS made
    """,
)
WAITING = """
    WITH told AS (
        INSERT INTO inbox_messages (staff_id, kind, dedupe, title, text, fields, page, is_urgent,
            needs_acknowledgement, created_at)
        SELECT :first_staff + n, 'canteen.order_placed', 'waiting' || n, '订餐成功', '您已订餐', '{}', '',
            false, false, now() FROM generate_series(1, 100) AS n RETURNING id, staff_id)
    INSERT INTO outbox (message_id, staff_id, channel, state, priority, attempts, next_at, expires_at,
        created_at, error)
    SELECT id, staff_id, 'sms', 'waiting', 2, 0, now(), now() + interval '1 day', now(), '' FROM told
"""

FIRINGS = (
    """
    INSERT INTO job_firings (job, due_at, state, runner, leased_until, started_at, finished_at)
    SELECT (CAST(:jobs AS text[]))[1 + n % 40], at, 'finished', 'a:1', at + interval '5 minutes', at,
        at + interval '1 second'
    FROM (SELECT n, date_trunc('minute', CAST(:until AS timestamptz))
                 - (1 + n / 40) * interval '1 minute' AS at
          FROM generate_series((:first)::int, (:last)::int) AS n) AS made
    """,
)
