/* SPDX-License-Identifier: ISC */
/*
 * An emitter that goes wrong is stopped before its bytes go out.  The writers
 * are played by this file.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/dialect/answer_writer.h"
#include "proxy/dialect/dialect_answer.h"

static const char start[] = "event: message_start\n"
    "data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
    "\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{"
    "\"input_tokens\":0,\"output_tokens\":0,"
    "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0}}}\n\n";

/* Begins again at each text, and ends without an end. */
void
answer_anthropic_write(struct answer_writer *w, const struct neutral_event *e)
{
	if (e->kind == NEUTRAL_START || e->kind == NEUTRAL_TEXT)
		dialect_output_text(w->out, start);
	if (e->kind == NEUTRAL_ERROR)
		dialect_output_text(w->out, "event: error\ndata: x\n\n");
}

void
answer_chat_write(struct answer_writer *w, const struct neutral_event *e)
{
	(void)w;
	(void)e;
}

void
answer_responses_write(struct answer_writer *w, const struct neutral_event *e)
{
	(void)w;
	(void)e;
}

static struct dialect_answer *
new_answer(void)
{
	struct dialect_answer_options o = { .from = DIALECT_CHAT,
	    .to = DIALECT_ANTHROPIC, .from_form = ANSWER_EVENTS,
	    .to_form = ANSWER_EVENTS, .model = "m" };
	struct err err;

	return dialect_answer_new(&o, &err);
}

Test(answer_guard, ends_a_stream_at_the_event_that_breaks_a_rule)
{
	static const char said[] = "data: {\"choices\":[{\"index\":0,"
	    "\"delta\":{\"content\":\"a\"}}]}\n\n";
	struct dialect_output out = { .max = 65536 };
	struct dialect_answer *a = new_answer();
	struct err err;

	cr_expect_not(dialect_answer_feed(a, said, sizeof said - 1, &out,
	    &err));
	cr_expect(err.code == ERR_INTERNAL);
	cr_expect_str_eq(err.about, "event 2: a second message_start");
	cr_expect(dialect_answer_was_guarded(a));
	cr_expect(strncmp(out.text, start, sizeof start - 1) == 0);
	cr_expect_str_eq(out.text + sizeof start - 1,
	    "event: error\ndata: x\n\n");
	/* And nothing comes after it. */
	cr_expect(dialect_answer_feed(a, said, sizeof said - 1, &out, &err));
	cr_expect_str_eq(out.text + sizeof start - 1,
	    "event: error\ndata: x\n\n");
	dialect_output_free(&out);
	dialect_answer_free(a);
}

Test(answer_guard, takes_no_end_that_is_none)
{
	static const char stop[] = "data: {\"choices\":[{\"index\":0,"
	    "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
	struct dialect_output out = { .max = 65536 };
	struct dialect_answer *a = new_answer();
	struct err err;

	cr_expect_not(dialect_answer_feed(a, stop, sizeof stop - 1, &out,
	    &err));
	cr_expect(dialect_answer_was_guarded(a));
	cr_expect_str_eq(err.about, "the stream has no end");
	dialect_output_free(&out);
	dialect_answer_free(a);
}
