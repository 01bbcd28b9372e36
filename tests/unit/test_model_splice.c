/* SPDX-License-Identifier: ISC */
/* What is changed in a body that is passed through, and what is not. */
#include <criterion/criterion.h>
#include <json-c/json.h>
#include <string.h>

#include "common/errors.h"
#include "proxy/model_splice.h"

static char joined[4096];

/* The body as it goes out; NULL when it is refused. */
static const char *
splice(const char *text, const struct splice_wish *wish, struct spliced *out)
{
	struct splice_wish w = *wish;
	size_t at = 0;
	struct err err;

	w.text = text;
	w.len = strlen(text);
	if (!model_splice(&w, out, &err)) {
		cr_expect_eq(err.code, ERR_INVALID_REQUEST);
		return NULL;
	}
	for (int i = 0; i < out->n_pieces; i++) {
		memcpy(joined + at, out->pieces[i].iov_base,
		    out->pieces[i].iov_len);
		at += out->pieces[i].iov_len;
	}
	cr_expect_eq(at, out->len);
	joined[at] = '\0';
	return joined;
}

static void
expect(const char *text, const struct splice_wish *wish, const char *result)
{
	struct spliced out;
	const char *got = splice(text, wish, &out);
	struct json_object *o;

	cr_assert_not_null(got, "%s", text);
	cr_expect_str_eq(got, result);
	o = json_tokener_parse(got);
	cr_expect_not_null(o, "%s", got);
	json_object_put(o);
}

static const struct splice_wish other_model = { .dialect = DIALECT_ANTHROPIC,
	.model = "m\"2" };
static const struct splice_wish same_model = { .dialect = DIALECT_CHAT };
static const struct splice_wish no_identity = { .dialect = DIALECT_ANTHROPIC,
	.identity = IDENTITY_DROPPED };

Test(model_splice, changes_the_model_and_not_another_byte)
{
	expect("{\"n\":1.000000000000000000001, \"model\" : \"a\" ,"
	    "\"t\":\"\\u00e9\"}", &other_model,
	    "{\"n\":1.000000000000000000001, \"model\" : \"m\\\"2\" ,"
	    "\"t\":\"\\u00e9\"}");
	expect("{\"model\":\"a\"}", &same_model, "{\"model\":\"a\"}");
}

Test(model_splice, adds_a_model_where_there_is_none)
{
	expect("{\"a\":1}", &other_model, "{\"a\":1,\"model\":\"m\\\"2\"}");
	expect("{ }", &other_model, "{ \"model\":\"m\\\"2\"}");
}

Test(model_splice, tells_which_model_is_asked_for_and_whether_as_a_stream)
{
	struct spliced out;

	splice("{\"model\":\"gpt\",\"stream\":true}", &same_model, &out);
	cr_expect_str_eq(out.model, "gpt");
	cr_expect(out.is_stream);
	splice("{\"model\":\"gpt\",\"stream\":false}", &other_model, &out);
	cr_expect_str_eq(out.model, "m\"2");
	cr_expect_not(out.is_stream);
}

Test(model_splice, asks_for_the_usage_of_a_chat_stream)
{
	struct spliced out;

	expect("{\"stream\":true}", &same_model, "{\"stream\":true,"
	    "\"stream_options\":{\"include_usage\":true}}");
	expect("{\"stream\":true,\"stream_options\":null}", &same_model,
	    "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
	expect("{\"stream\":true,\"stream_options\":{}}", &same_model,
	    "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
	expect("{\"stream\":true,\"stream_options\":{\"x\":1}}", &same_model,
	    "{\"stream\":true,\"stream_options\":{\"include_usage\":true,"
	    "\"x\":1}}");
	splice("{\"stream\":true}", &same_model, &out);
	cr_expect(out.adds_usage);
}

Test(model_splice, leaves_usage_alone_when_the_client_has_spoken)
{
	static const char *const texts[] = {
		"{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
		"{\"stream\":true,\"stream_options\":{\"include_usage\":"
		    "false}}",
		"{\"stream\":false}", "{}",
	};
	struct spliced out;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		expect(texts[i], &same_model, texts[i]);
		splice(texts[i], &same_model, &out);
		cr_expect_not(out.adds_usage, "%s", texts[i]);
	}
	expect("{\"stream\":true}", &no_identity, "{\"stream\":true}");
}

Test(model_splice, drops_who_the_user_is_and_keeps_the_rest)
{
	static const struct {
		const char *text, *result;
	} cases[] = {
		{ "{\"metadata\":{\"user_id\":\"u\"},\"a\":1}",
		    "{\"metadata\":{},\"a\":1}" },
		{ "{\"metadata\":{\"x\":1,\"user_id\":\"u\"}}",
		    "{\"metadata\":{\"x\":1}}" },
		{ "{\"metadata\":{\"user_id\":\"u\",\"x\":1}}",
		    "{\"metadata\":{\"x\":1}}" },
		{ "{\"metadata\":null}", "{\"metadata\":null}" },
		{ "{\"a\":1,\"safeguards\":[{}]}", "{\"a\":1}" },
		{ "{\"safeguards\":[{}],\"a\":1}", "{\"a\":1}" },
		{ "{\"safeguards\":[{}]}", "{}" },
		{ "{\"a\":1,\"safeguards\":1,\"client_metadata\":2}",
		    "{\"a\":1}" },
		{ "{\"a\":1,\"client_metadata\":2,\"safeguards\":1}",
		    "{\"a\":1}" },
		{ "{\"safeguards\":1,\"client_metadata\":2,\"a\":1}",
		    "{\"a\":1}" },
		{ "{\"safeguards\":1,\"a\":1,\"client_metadata\":2}",
		    "{\"a\":1}" },
		{ "{\"safeguards\":1,\"client_metadata\":2}", "{}" },
		{ "{\"a\":{\"safeguards\":1}}", "{\"a\":{\"safeguards\":1}}" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect(cases[i].text, &no_identity, cases[i].result);
	expect("{\"safeguards\":1}", &same_model, "{\"safeguards\":1}");
}

Test(model_splice, does_all_at_once)
{
	struct splice_wish wish = { .dialect = DIALECT_CHAT, .model = "b",
	    .identity = IDENTITY_DROPPED };

	expect("{\"stream\":true,\"model\":\"a\",\"metadata\":{\"user_id\":1},"
	    "\"safeguards\":1}", &wish,
	    "{\"stream\":true,\"model\":\"b\",\"metadata\":{},"
	    "\"stream_options\":{\"include_usage\":true}}");
}

Test(model_splice, refuses_what_it_cannot_carry_over)
{
	struct spliced out;

	cr_expect_null(splice("{\"model\":1}", &other_model, &out));
	cr_expect_null(splice("{\"model\":null}", &same_model, &out));
	cr_expect_null(splice("{\"stream\":true,\"stream_options\":1}",
	    &same_model, &out));
	cr_expect_null(splice("not JSON", &same_model, &out));
}
