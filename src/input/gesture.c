#include "input/gesture.h"

#include "input/hangup.h"

enum {
	WHEEL_UP = 4,
	WHEEL_DOWN = 5,
	WHEEL_LEFT = 6,
	WHEEL_RIGHT = 7,
};

static const double drag_pause = 0.005; /* seconds */
static const double rest = 0.05;	/* at both ends of a drag: programs look now and then */

static void press(struct shot_actor *actor, unsigned button)
{
	actor->kind->press_button(actor, button, true);
	actor->kind->press_button(actor, button, false);
}

static void click(struct shot_actor *actor, const struct shot_act *act)
{
	if (act->has_to) {
		actor->kind->move(actor, act->to);
	}
	for (unsigned i = 0; i < act->count; i++) {
		press(actor, act->button);
	}
}

static void pause_for(struct shot_actor *actor, int watched, double seconds)
{
	actor->kind->flush(actor);
	shot_hung_up(watched, seconds);
}

/* Moves in small steps, because programs begin to drag when the pointer has moved a little. */
static void drag(struct shot_actor *actor, const struct shot_act *act, int watched)
{
	actor->kind->move(actor, act->from);
	actor->kind->press_button(actor, act->button, true);
	pause_for(actor, watched, rest);
	for (int i = 1; i <= SHOT_ACT_DRAG_STEPS; i++) {
		pause_for(actor, watched, drag_pause);
		actor->kind->move(actor, shot_act_drag_point(act, i));
	}
	pause_for(actor, watched, rest);
	actor->kind->press_button(actor, act->button, false);
}

static void scroll(struct shot_actor *actor, const struct shot_act *act)
{
	const struct {
		int32_t steps;
		unsigned button;
	} ways[] = {{act->to.y, WHEEL_DOWN}, {-act->to.y, WHEEL_UP}, {act->to.x, WHEEL_RIGHT},
		{-act->to.x, WHEEL_LEFT}};
	if (act->has_from) {
		actor->kind->move(actor, act->from);
	}
	for (unsigned way = 0; way < sizeof ways / sizeof *ways; way++) {
		for (int32_t i = 0; i < ways[way].steps; i++) {
			press(actor, ways[way].button);
		}
	}
}

static bool check_points(
	struct shot_actor *actor, const struct shot_act *act, struct shot_error *err)
{
	bool goes_to = act->has_to && act->verb != SHOT_VERB_SCROLL; /* whose `to` are steps */
	return (!act->has_from || actor->kind->check_point(actor, act->from, err)) &&
	       (!goes_to || actor->kind->check_point(actor, act->to, err));
}

static bool perform(
	struct shot_actor *actor, const struct shot_act *act, int watched, struct shot_error *err)
{
	if (act->verb == SHOT_VERB_TYPE) {
		return actor->kind->type(actor, act, err);
	}
	bool ok = check_points(actor, act, err) && actor->kind->hold(actor, act, err);
	if (ok) {
		switch (act->verb) {
		case SHOT_VERB_MOVE:
			actor->kind->move(actor, act->to);
			break;
		case SHOT_VERB_CLICK:
			click(actor, act);
			break;
		case SHOT_VERB_DRAG:
			drag(actor, act, watched);
			break;
		case SHOT_VERB_SCROLL:
			scroll(actor, act);
			break;
		default: /* SHOT_VERB_KEY: the keys are down */
			break;
		}
	}
	actor->kind->let_go(actor);
	return ok;
}

bool shot_gesture(
	struct shot_actor *actor, const struct shot_act *act, int watched, struct shot_error *err)
{
	struct shot_error lost;
	bool ok = actor->kind->begin(actor, act, err) && perform(actor, act, watched, err);
	if (!actor->kind->settle(actor, &lost)) {
		*err = lost;
		return false;
	}
	return ok;
}
