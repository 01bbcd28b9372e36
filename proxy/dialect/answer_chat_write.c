/* SPDX-License-Identifier: ISC */
/* Neutral events, as Chat Completions. */
#include <stdlib.h>
#include <string.h>

#include "proxy/dialect/answer_writer.h"
#include "proxy/dialect/stop_words.h"
#include "proxy/dialect/upstream_error.h"

/* What all chunks have, and the body. */
static void
begin_object(struct answer_writer *w, const char *type)
{
	dialect_output_form(w->out, "{\"id\":%j,\"object\":\"%s\","
	    "\"created\":%u,\"model\":%j,\"choices\":[", w->id, type,
	    (uint64_t)w->options->created_s, w->options->model);
}

static void
begin_delta(struct answer_writer *w)
{
	dialect_output_text(w->out, "data: ");
	begin_object(w, "chat.completion.chunk");
	dialect_output_text(w->out, "{\"index\":0,\"delta\":{");
}

static void
end_delta(struct answer_writer *w, const char *finish)
{
	dialect_output_form(w->out, "},\"logprobs\":null,"
	    "\"finish_reason\":%j}]%s}\n\n", finish,
	    w->options->wants_usage ? ",\"usage\":null" : "");
}

static void
write_start(struct answer_writer *w, const struct neutral_event *e)
{
	(void)e;
	answer_writer_make_id(w, "chatcmpl-", w->id);
	if (answer_writer_is_plain(w))
		return;
	begin_delta(w);
	dialect_output_text(w->out, "\"role\":\"assistant\",\"content\":\"\"");
	end_delta(w, NULL);
}

/* --- blocks --- */

static void
begin_call(struct answer_writer *w)
{
	dialect_output_form(w->out, "\"tool_calls\":[{\"index\":%d,",
	    (int)w->n_tools - 1);
}

static void
write_block(struct answer_writer *w, const struct neutral_event *e)
{
	answer_writer_begin(w, e);
	if (e->block != BLOCK_TOOL || answer_writer_is_plain(w))
		return;
	begin_delta(w);
	begin_call(w);
	if (answer_writer_is_custom(w))
		dialect_output_form(w->out, "\"id\":%j,\"type\":\"custom\","
		    "\"custom\":{\"name\":%j,\"input\":\"\"}}]", w->call_id,
		    w->name);
	else
		dialect_output_form(w->out, "\"id\":%j,\"type\":\"function\","
		    "\"function\":{\"name\":%j,\"arguments\":\"\"}}]",
		    w->call_id, w->name);
	end_delta(w, NULL);
}

/* A piece of a call's arguments, or of a free-form tool's input. */
static void
write_arguments(struct answer_writer *w, const char *text, size_t len)
{
	w->has_text = true;
	begin_delta(w);
	begin_call(w);
	dialect_output_text(w->out, answer_writer_is_custom(w)
	    ? "\"custom\":{\"input\":\"" : "\"function\":{\"arguments\":\"");
	dialect_output_escaped(w->out, text, len);
	dialect_output_text(w->out, "\"}}]");
	end_delta(w, NULL);
}

static void
fold_text(struct answer_writer *w, const struct neutral_event *e)
{
	struct dialect_output *const folded[BLOCK_KINDS] = {
		[BLOCK_TEXT] = &w->prose,
		[BLOCK_REFUSAL] = &w->refusal,
		[BLOCK_REASONING] = &w->reasoning,
		[BLOCK_TOOL] = &w->text,
	};

	dialect_output_add(folded[e->block], e->text, e->len);
}

static void
write_text(struct answer_writer *w, const struct neutral_event *e)
{
	static const char *const members[BLOCK_KINDS] = {
		[BLOCK_TEXT] = "content",
		[BLOCK_REFUSAL] = "refusal",
		[BLOCK_REASONING] = "reasoning_content",
	};

	/* A carrier needs the text that it goes with. */
	if (e->block == BLOCK_REASONING)
		dialect_output_add(&w->text, e->text, e->len);
	if (answer_writer_is_plain(w) || (e->block == BLOCK_TOOL &&
	    answer_writer_is_custom(w))) {
		fold_text(w, e);
		return;
	}
	if (e->block == BLOCK_TOOL) {
		write_arguments(w, e->text, e->len);
		return;
	}
	begin_delta(w);
	dialect_output_form(w->out, "\"%s\":\"", members[e->block]);
	dialect_output_escaped(w->out, e->text, e->len);
	dialect_output_text(w->out, "\"");
	end_delta(w, NULL);
}

static void
fold_call(struct answer_writer *w)
{
	struct dialect_output input = { .max = w->options->held_max };

	answer_writer_comma(&w->items);
	if (answer_writer_is_custom(w)) {
		answer_writer_input(w, &input);
		dialect_output_form(&w->items, "{\"id\":%j,\"type\":\"custom\","
		    "\"custom\":{\"name\":%j,\"input\":%j}}", w->call_id,
		    w->name, dialect_output_peek(&input));
	} else {
		dialect_output_form(&w->items, "{\"id\":%j,"
		    "\"type\":\"function\",\"function\":{\"name\":%j,"
		    "\"arguments\":%j}}", w->call_id, w->name,
		    answer_writer_arguments(w));
	}
	dialect_output_free(&input);
}

static void
end_call(struct answer_writer *w)
{
	struct dialect_output input = { .max = w->options->held_max };

	if (answer_writer_is_plain(w)) {
		fold_call(w);
	} else if (answer_writer_is_custom(w)) {
		answer_writer_input(w, &input);
		write_arguments(w, dialect_output_peek(&input), input.len);
	} else if (!w->has_text) {
		write_arguments(w, "{}", 2);
	}
	dialect_output_free(&input);
}

/*
 * What a client gives back unread: the list of a host as it is, or one entry
 * with a carrier, and with the text that it is bound to.
 */
static void
write_seal(struct answer_writer *w, const struct neutral_event *e)
{
	char *seal = answer_writer_wrap(w, e);

	if (w->options->from == DIALECT_CHAT && e->seal != NULL) {
		answer_writer_comma(&w->details);
		dialect_output_text(&w->details, e->seal);
	} else if (seal != NULL && w->text.len > 0) {
		answer_writer_comma(&w->details);
		dialect_output_form(&w->details, "{\"type\":"
		    "\"reasoning.text\",\"text\":%j,\"signature\":%j}",
		    dialect_output_peek(&w->text), seal);
	} else if (seal != NULL) {
		answer_writer_comma(&w->details);
		dialect_output_form(&w->details, "{\"type\":"
		    "\"reasoning.encrypted\",\"data\":%j}", seal);
	}
	free(seal);
	if (answer_writer_is_plain(w) || w->details.len == 0)
		return;
	begin_delta(w);
	dialect_output_form(w->out, "\"reasoning_details\":[%s]",
	    dialect_output_peek(&w->details));
	end_delta(w, NULL);
	dialect_output_cut(&w->details, 0);
}

static void
write_block_stop(struct answer_writer *w, const struct neutral_event *e)
{
	if (e->block == BLOCK_TOOL)
		end_call(w);
	else if (e->block == BLOCK_REASONING || e->block == BLOCK_REDACTED)
		write_seal(w, e);
}

/* --- the end --- */

static void
write_usage(struct answer_writer *w, const struct neutral_usage *u)
{
	uint64_t input = u->input + u->cache_read + u->cache_write;

	dialect_output_form(w->out, "\"usage\":{\"prompt_tokens\":%u,"
	    "\"completion_tokens\":%u,\"total_tokens\":%u,"
	    "\"prompt_tokens_details\":{\"cached_tokens\":%u,"
	    "\"cache_write_tokens\":%u},"
	    "\"completion_tokens_details\":{\"reasoning_tokens\":%u}}",
	    input, u->output, input + u->output, u->cache_read,
	    u->cache_write, u->reasoning);
}

static void
write_string(struct answer_writer *w, const struct dialect_output *text)
{
	dialect_output_text(w->out, "\"");
	dialect_output_escaped(w->out, dialect_output_peek(text), text->len);
	dialect_output_text(w->out, "\"");
}

static void
write_body(struct answer_writer *w, const struct neutral_event *e)
{
	begin_object(w, "chat.completion");
	dialect_output_text(w->out, "{\"index\":0,\"message\":{"
	    "\"role\":\"assistant\",\"content\":");
	if (w->prose.len == 0 && (w->items.len > 0 || w->refusal.len > 0))
		dialect_output_text(w->out, "null");
	else
		write_string(w, &w->prose);
	dialect_output_text(w->out, ",\"refusal\":");
	if (w->refusal.len == 0)
		dialect_output_text(w->out, "null");
	else
		write_string(w, &w->refusal);
	if (w->reasoning.len > 0) {
		dialect_output_text(w->out, ",\"reasoning_content\":");
		write_string(w, &w->reasoning);
	}
	if (w->details.len > 0)
		dialect_output_form(w->out, ",\"reasoning_details\":[%s]",
		    dialect_output_peek(&w->details));
	if (w->items.len > 0)
		dialect_output_form(w->out, ",\"tool_calls\":[%s]",
		    dialect_output_peek(&w->items));
	dialect_output_form(w->out, "},\"logprobs\":null,"
	    "\"finish_reason\":%j}],",
	    stop_words_write(DIALECT_CHAT, e->stop));
	write_usage(w, e->usage);
	dialect_output_text(w->out, "}");
}

static void
write_finish(struct answer_writer *w, const struct neutral_event *e)
{
	if (answer_writer_is_plain(w)) {
		write_body(w, e);
		return;
	}
	begin_delta(w);
	end_delta(w, stop_words_write(DIALECT_CHAT, e->stop));
	if (w->options->wants_usage && e->usage->is_known) {
		dialect_output_text(w->out, "data: ");
		begin_object(w, "chat.completion.chunk");
		dialect_output_text(w->out, "],");
		write_usage(w, e->usage);
		dialect_output_text(w->out, "}\n\n");
	}
	dialect_output_text(w->out, "data: [DONE]\n\n");
}

/* And nothing behind it: not even the end that a whole answer has. */
static void
write_error(struct answer_writer *w, const struct neutral_event *e)
{
	dialect_output_text(w->out, "data: ");
	upstream_error_write(e->error, DIALECT_CHAT, NULL, w->out);
	dialect_output_text(w->out, "\n\n");
}

void
answer_chat_write(struct answer_writer *w, const struct neutral_event *e)
{
	static void (*const writers[])(struct answer_writer *,
	    const struct neutral_event *) = {
		[NEUTRAL_START] = write_start,
		[NEUTRAL_BLOCK] = write_block,
		[NEUTRAL_TEXT] = write_text,
		[NEUTRAL_BLOCK_STOP] = write_block_stop,
		[NEUTRAL_FINISH] = write_finish,
		[NEUTRAL_ERROR] = write_error,
	};

	writers[e->kind](w, e);
}
