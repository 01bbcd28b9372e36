/* SPDX-License-Identifier: ISC */
/* What the proxy asks an answer besides its bytes, and the small pure parts. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crypto/digest.h"
#include "common/errors.h"
#include "proxy/dialect/carrier.h"
#include "proxy/dialect/count_estimate.h"
#include "proxy/dialect/dialect_answer.h"
#include "proxy/dialect/losses.h"
#include "proxy/dialect/stop_words.h"
#include "proxy/dialect/upstream_error.h"

static const char said[] = "data: {\"id\":\"up_1\",\"choices\":[{\"index\":0,"
    "\"delta\":{\"content\":\"a\"}}]}\n\n";
static const char stop[] = "data: {\"choices\":[{\"index\":0,\"delta\":{},"
    "\"finish_reason\":\"stop\"}]}\n\n";
static const char counts[] = "data: {\"choices\":[],\"usage\":{"
    "\"prompt_tokens\":9,\"completion_tokens\":4,\"prompt_tokens_details\":"
    "{\"cached_tokens\":5}}}\n\n";

static struct dialect_output out = { .max = 1 << 20 };
static struct err err;

static struct dialect_answer *
new_answer(enum dialect to)
{
	struct dialect_answer_options o = { .from = DIALECT_CHAT, .to = to,
	    .from_form = ANSWER_EVENTS, .to_form = ANSWER_EVENTS,
	    .model = "m" };

	return dialect_answer_new(&o, &err);
}

static bool
feed(struct dialect_answer *a, const char *text)
{
	dialect_output_cut(&out, 0);
	return dialect_answer_feed(a, text, strlen(text), &out, &err);
}

static void
expect_alive(struct dialect_answer *a, const char *text)
{
	dialect_output_cut(&out, 0);
	dialect_answer_keep_alive(a, &out);
	cr_expect_str_eq(dialect_output_peek(&out), text);
}

Test(answer_duties, finishing_is_when_only_counts_are_missing)
{
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);
	struct neutral_usage usage;

	cr_expect_not(dialect_answer_has_begun(a));
	cr_expect(feed(a, said) && dialect_answer_has_begun(a));
	cr_expect_not(dialect_answer_is_finishing(a));
	cr_expect(feed(a, stop) && dialect_answer_is_finishing(a));
	cr_expect_not(dialect_answer_is_over(a));
	cr_expect(feed(a, counts) && dialect_answer_is_over(a));
	cr_expect(strstr(out.text, "message_stop") != NULL);
	dialect_answer_usage(a, &usage);
	cr_expect(usage.is_known && usage.input == 4 &&
	    usage.cache_read == 5 && usage.output == 4);
	cr_expect_str_eq(dialect_answer_upstream_id(a), "up_1");
	cr_expect(dialect_answer_error(a) == NULL);
	dialect_answer_free(a);
}

Test(answer_duties, signs_of_life_are_no_content)
{
	static const char *const signs[] = { ": comment\n\n",
		"event: ping\ndata: {\"type\":\"ping\"}\n\n",
		"data: {\"type\": \"keepalive\"}\n\n", "\n\n" };
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);
	uint64_t n;

	cr_expect(feed(a, said));
	n = dialect_answer_content(a);
	cr_expect_gt(n, 0);
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
		cr_expect(feed(a, signs[i]));
	cr_expect_eq(dialect_answer_content(a), n);
	cr_expect(feed(a, stop) && dialect_answer_content(a) > n);
	dialect_answer_free(a);
}

Test(answer_duties, blanks_of_a_plain_body_are_no_content)
{
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);
	uint64_t n;

	cr_expect(feed(a, "{\"choices\""));
	n = dialect_answer_content(a);
	cr_expect_gt(n, 0);
	cr_expect(feed(a, " \n\n\t") && dialect_answer_content(a) == n);
	cr_expect(feed(a, ":") && dialect_answer_content(a) > n);
	dialect_answer_free(a);
}

Test(answer_duties, usage_goes_to_the_chat_client_that_asked)
{
	for (int wants = 0; wants < 2; wants++) {
		struct dialect_answer_options o = { .from = DIALECT_CHAT,
		    .to = DIALECT_CHAT, .from_form = ANSWER_EVENTS,
		    .to_form = ANSWER_EVENTS, .model = "m",
		    .wants_usage = wants == 1 };
		struct dialect_answer *a = dialect_answer_new(&o, &err);

		cr_expect(feed(a, said) && feed(a, stop) && feed(a, counts));
		cr_expect_eq(strstr(out.text, "\"choices\":[]") != NULL,
		    wants == 1, "%s", out.text);
		dialect_answer_free(a);
	}
}

static void
expect_losses(enum dialect from, const char *text, const char *wanted)
{
	struct dialect_answer_options o = { .from = from,
	    .to = from == DIALECT_CHAT ? DIALECT_ANTHROPIC : DIALECT_CHAT,
	    .from_form = ANSWER_EVENTS, .to_form = ANSWER_PLAIN,
	    .model = "m" };
	struct dialect_answer *a = dialect_answer_new(&o, &err);
	char told[256] = "";

	cr_expect(feed(a, text), "%s", err.about);
	dialect_answer_end(a, NULL, &out, &err);
	if (dialect_answer_losses(a) != NULL)
		losses_format(dialect_answer_losses(a), told, sizeof told);
	cr_expect_str_eq(told, wanted);
	dialect_answer_free(a);
}

Test(answer_duties, what_has_no_twin_is_reported)
{
	expect_losses(DIALECT_ANTHROPIC, "{\"content\":[{\"type\":"
	    "\"server_tool_use\"},{\"type\":\"text\",\"text\":\"x\","
	    "\"citations\":[{}]},{}],\"stop_reason\":\"end_turn\"}",
	    "content[].server_tool_use, content[].citations, "
	    "content[].type");
	expect_losses(DIALECT_ANTHROPIC, "data: {\"type\":"
	    "\"content_block_start\",\"index\":0,\"content_block\":"
	    "{\"type\":\"text\",\"text\":\"x\"}}\n\ndata: {\"type\":"
	    "\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
	    "\"citations_delta\"}}\n\n", "content[].citations_delta");
	expect_losses(DIALECT_CHAT, "{\"choices\":[{\"message\":{"
	    "\"content\":\"x\",\"annotations\":[{}],\"audio\":{}},"
	    "\"finish_reason\":\"stop\"},{\"index\":1}]}",
	    "choices[].message.annotations, choices[].message.audio, choices");
	expect_losses(DIALECT_RESPONSES, "{\"output\":[{\"type\":"
	    "\"web_search_call\"},{\"type\":\"message\",\"content\":[{"
	    "\"type\":\"output_text\",\"text\":\"x\",\"annotations\":"
	    "[{}]}]}],\"status\":\"completed\"}",
	    "output[].web_search_call, output[].content[].annotations");
	expect_losses(DIALECT_CHAT, "{\"choices\":[{\"message\":{"
	    "\"content\":\"x\"},\"finish_reason\":\"stop\"}]}", "");
}

#define DETAIL(json) "data: {\"choices\":[{\"index\":0,\"delta\":{" \
	"\"reasoning_details\":[" json "]}}]}\n\n"

/* A host takes back the entries of a whole answer, not a stream's pieces. */
Test(answer_duties, reasoning_details_are_whole_entries)
{
	struct dialect_answer_options o = { .from = DIALECT_CHAT,
	    .to = DIALECT_CHAT, .from_form = ANSWER_EVENTS,
	    .to_form = ANSWER_PLAIN, .model = "m" };
	struct dialect_answer *a = dialect_answer_new(&o, &err);

	feed(a, DETAIL("{\"type\":\"reasoning.text\",\"text\":\"a\",\"index\":0}"));
	feed(a, DETAIL("{\"type\":\"reasoning.text\",\"text\":\"b\",\"index\":0}"));
	feed(a, DETAIL("{\"type\":\"reasoning.text\",\"text\":\"\","
	    "\"signature\":\"S\",\"index\":0}"));
	feed(a, DETAIL("{\"type\":\"reasoning.text\",\"text\":\"c\",\"index\":1}"));
	feed(a, DETAIL("{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}"));
	feed(a, DETAIL("{\"type\":\"reasoning.encrypted\",\"data\":\"y\"}"));
	cr_expect(feed(a, said) && feed(a, stop));
	dialect_output_cut(&out, 0);
	cr_expect(dialect_answer_end(a, NULL, &out, &err), "%s", err.about);
	cr_expect(strstr(out.text, "\"reasoning_details\":["
	    "{\"type\":\"reasoning.text\",\"text\":\"ab\",\"index\":0,"
	    "\"signature\":\"S\"},"
	    "{\"type\":\"reasoning.text\",\"text\":\"c\",\"index\":1},"
	    "{\"type\":\"reasoning.encrypted\",\"data\":\"x\"},"
	    "{\"type\":\"reasoning.encrypted\",\"data\":\"y\"}]") != NULL,
	    "%s", out.text);
	dialect_answer_free(a);
}

/* Pieces that are to go back are held until their entry ends. */
Test(answer_duties, an_endless_detail_ends_in_an_error)
{
	struct dialect_answer_options o = { .from = DIALECT_CHAT,
	    .to = DIALECT_ANTHROPIC, .from_form = ANSWER_EVENTS,
	    .to_form = ANSWER_EVENTS, .model = "m", .held_max = 4096 };
	struct dialect_answer *a = dialect_answer_new(&o, &err);
	bool is_good = true;
	char text[256];
	int n = 0;

	for (; is_good && n < 1000; n++) {
		snprintf(text, sizeof text, DETAIL("{\"type\":\"reasoning.text"
		    "\",\"text\":\"0123456789\",\"m%d\":\"x\"}"), n);
		is_good = feed(a, text);
	}
	cr_expect(n > 10 && n < 200, "%d", n);
	cr_expect(strstr(out.text, "event: error") != NULL, "%s", out.text);
	dialect_answer_free(a);
}

/* Some hosts say why they will end before they have said all. */
Test(answer_duties, more_may_come_behind_the_finish)
{
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);

	cr_expect(feed(a, said) && feed(a, stop));
	cr_expect(feed(a, said) && !dialect_answer_is_over(a));
	cr_expect(feed(a, said) && strstr(out.text, "\"a\"") != NULL);
	cr_expect(feed(a, counts) && dialect_answer_is_over(a));
	dialect_answer_free(a);
}

Test(answer_duties, an_end_is_an_end_once)
{
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);
	struct err cut;

	cr_expect(feed(a, said) && feed(a, stop) && feed(a, counts));
	cr_expect(feed(a, said) && out.len == 0);
	err_set(&cut, ERR_UPSTREAM_BROKEN, "cut");
	cr_expect(dialect_answer_end(a, &cut, &out, &err) && out.len == 0);
	expect_alive(a, "");
	dialect_answer_free(a);
}

Test(answer_duties, a_sign_of_life_is_one_in_the_clients_dialect)
{
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);

	expect_alive(a, "event: ping\ndata: {\"type\":\"ping\"}\n\n");
	dialect_answer_free(a);
	a = new_answer(DIALECT_CHAT);
	expect_alive(a, ": keep-alive\n");
	dialect_answer_free(a);
	a = new_answer(DIALECT_RESPONSES);
	expect_alive(a, ": keep-alive\n");
	cr_expect(feed(a, said));
	expect_alive(a, "event: keepalive\ndata: {\"type\":\"keepalive\","
	    "\"sequence_number\":5}\n\n");
	cr_expect(feed(a, stop) && feed(a, counts));
	dialect_answer_free(a);
}

Test(answer_duties, a_long_silence_begins_a_response)
{
	struct dialect_answer *a = new_answer(DIALECT_RESPONSES);

	for (int i = 0; i < 20; i++) {
		dialect_output_cut(&out, 0);
		dialect_answer_keep_alive(a, &out);
	}
	cr_expect(strstr(out.text, "\"keepalive\"") != NULL);
	cr_expect(feed(a, said) && feed(a, stop) && feed(a, counts));
	cr_expect(strstr(out.text, "response.completed") != NULL);
	dialect_answer_free(a);
}

Test(answer_duties, an_error_after_a_sign_of_life_is_an_event)
{
	static const char fault[] =
	    "data: {\"error\":{\"message\":\"no\"}}\n\n";
	struct dialect_answer *a = new_answer(DIALECT_RESPONSES);

	expect_alive(a, ": keep-alive\n");
	cr_expect_not(feed(a, fault));
	cr_expect(strstr(out.text, "response.created") != NULL &&
	    strstr(out.text, "response.failed") != NULL);
	cr_expect(dialect_answer_status(a) == 200);
	cr_expect_str_eq(dialect_answer_error(a)->message, "no");
	dialect_answer_free(a);
}

Test(answer_duties, an_output_that_is_full_ends_in_an_error)
{
	struct dialect_answer *a = new_answer(DIALECT_ANTHROPIC);
	struct dialect_output small = { .max = 700 };
	char long_one[2000];

	snprintf(long_one, sizeof long_one, "data: {\"choices\":[{\"delta\":"
	    "{\"content\":\"%01000d\"}}]}\n\n", 0);
	cr_expect(dialect_answer_feed(a, said, strlen(said), &small, &err));
	dialect_output_cut(&small, 0);
	cr_expect_not(dialect_answer_feed(a, long_one, strlen(long_one),
	    &small, &err));
	cr_expect(strncmp(small.text, "event: error\n", 13) == 0);
	dialect_output_free(&small);
	dialect_answer_free(a);
}

Test(answer_duties, endless_calls_end_in_an_error)
{
	struct dialect_answer *a = new_answer(DIALECT_RESPONSES);
	bool is_good = true;
	char text[256];
	int n = 0;

	for (; is_good && n < 10000; n++) {
		snprintf(text, sizeof text, "data: {\"choices\":[{\"delta\":"
		    "{\"tool_calls\":[{\"index\":%d,\"id\":\"call_%d\","
		    "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}"
		    "}]}\n\n", n, n);
		is_good = feed(a, text);
	}
	cr_expect(n < 10000 && strstr(out.text, "response.failed") != NULL);
	dialect_answer_free(a);
}

Test(answer_duties, a_seal_comes_back_from_its_carrier)
{
	static const char sealed[] = "{\"type\":\"message\",\"content\":[{"
	    "\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"EsSIG\"}"
	    "],\"stop_reason\":\"end_turn\"}";
	static const uint8_t bytes[32] = "k";
	const struct carrier_key key = { bytes, sizeof bytes };
	struct dialect_answer_options o = { .from = DIALECT_ANTHROPIC,
	    .to = DIALECT_RESPONSES, .model = "m", .key = &key,
	    .issuer = "anthropic", .family = "claude-5" };
	struct dialect_answer *a;
	struct carrier c;
	char *at, *room;

	cr_assert(digest_open(&err));
	a = dialect_answer_new(&o, &err);
	cr_expect(feed(a, sealed) && dialect_answer_end(a, NULL, &out, &err));
	at = strstr(out.text, CARRIER_TAG);
	cr_assert(at != NULL);
	cr_assert(carrier_unwrap(&key, (struct carrier_text) { at,
	    strcspn(at, "\"") }, &c, &room));
	cr_expect(c.kind == CARRIER_SIGNATURE && c.sealed.len == 5 &&
	    memcmp(c.sealed.at, "EsSIG", 5) == 0);
	cr_expect(c.issuer.len == 9 && c.family.len == 8);
	free(room);
	dialect_answer_free(a);
}

/* --- small parts --- */

Test(stop_words, are_each_dialects_own)
{
	static const struct {
		enum neutral_stop stop;
		bool has_tool, has_refusal;
		const char *anthropic, *chat, *responses;
	} rows[] = {
		{ STOP_NONE, false, false, "end_turn", "stop", NULL },
		{ STOP_END, false, false, "end_turn", "stop", NULL },
		{ STOP_END, true, false, "tool_use", "tool_calls", NULL },
		{ STOP_TOOLS, true, false, "tool_use", "tool_calls", NULL },
		{ STOP_TOOLS, false, false, "end_turn", "stop", NULL },
		{ STOP_PAUSE, false, false, "pause_turn", "stop", NULL },
		{ STOP_SEQUENCE, false, false, "stop_sequence", "stop", NULL },
		{ STOP_LENGTH, false, false, "max_tokens", "length",
		    "max_output_tokens" },
		{ STOP_LENGTH, true, false, "max_tokens", "length",
		    "max_output_tokens" },
		{ STOP_CONTEXT, false, false, "model_context_window_exceeded",
		    "length", "max_output_tokens" },
		{ STOP_REFUSAL, false, false, "refusal", "content_filter",
		    "content_filter" },
		{ STOP_END, false, true, "refusal", "stop", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *const wanted[DIALECTS] = { NULL, rows[i].anthropic,
			rows[i].chat, rows[i].responses };
		struct stop_facts facts = { rows[i].has_tool,
			rows[i].has_refusal };

		for (enum dialect d = DIALECT_ANTHROPIC; d < DIALECTS; d++) {
			const char *word = stop_words_write(d,
			    stop_words_decide(rows[i].stop, &facts, d));

			cr_expect((word == NULL) == (wanted[d] == NULL) &&
			    (word == NULL || strcmp(word, wanted[d]) == 0),
			    "row %zu, dialect %d: %s", i, (int)d, word);
		}
	}
}

Test(stop_words, mean_what_each_dialect_says_by_them)
{
	static const struct {
		enum dialect dialect;
		const char *word;
		enum neutral_stop stop;
	} rows[] = {
		{ DIALECT_ANTHROPIC, "end_turn", STOP_END },
		{ DIALECT_ANTHROPIC, "stop_sequence", STOP_SEQUENCE },
		{ DIALECT_ANTHROPIC, "max_tokens", STOP_LENGTH },
		{ DIALECT_ANTHROPIC, "model_context_window_exceeded",
		    STOP_CONTEXT },
		{ DIALECT_ANTHROPIC, "tool_use", STOP_TOOLS },
		{ DIALECT_ANTHROPIC, "refusal", STOP_REFUSAL },
		{ DIALECT_ANTHROPIC, "pause_turn", STOP_PAUSE },
		{ DIALECT_CHAT, "stop", STOP_END },
		{ DIALECT_CHAT, "length", STOP_LENGTH },
		{ DIALECT_CHAT, "tool_calls", STOP_TOOLS },
		{ DIALECT_CHAT, "function_call", STOP_TOOLS },
		{ DIALECT_CHAT, "content_filter", STOP_REFUSAL },
		{ DIALECT_RESPONSES, "max_output_tokens", STOP_LENGTH },
		{ DIALECT_RESPONSES, "content_filter", STOP_REFUSAL },
		{ DIALECT_CHAT, "what is yet to come", STOP_END },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		cr_expect_eq(stop_words_read(rows[i].dialect, rows[i].word),
		    rows[i].stop, "%s", rows[i].word);
}

static uint64_t
estimate(const char *text)
{
	struct json_object *request = json_tokener_parse(text);
	uint64_t n = count_estimate(request);

	cr_assert(request != NULL);
	json_object_put(request);
	return n;
}

Test(count_estimate, errs_high_and_is_never_nothing)
{
	/* With the tokens that vendors' own counters give, at the most. */
	static const struct {
		const char *text;
		uint64_t tokens;
	} requests[] = {
		{ "{}", 1 },
		{ "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
		    9 },
		{ "{\"messages\":[{\"role\":\"user\",\"content\":\"The quick "
		    "brown fox jumps over the lazy dog, twice.\"}]}", 20 },
		{ "{\"messages\":[{\"role\":\"user\",\"content\":"
		    "\"\344\275\240\345\245\275\344\270\226\347\225\214\"}]}",
		    15 },
	};

	for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++)
		cr_expect(estimate(requests[i].text) > requests[i].tokens,
		    "%s", requests[i].text);
}

Test(count_estimate, takes_a_picture_for_a_picture)
{
	char *text = malloc(2000100);
	uint64_t n;

	cr_assert(text != NULL);
	strcpy(text, "{\"data\":\"");
	memset(text + 9, 'A', 2000000);
	strcpy(text + 2000009, "\"}");
	n = estimate(text);
	cr_expect(n > 4000 && n < 10000, "%llu", (unsigned long long)n);
	free(text);
}
