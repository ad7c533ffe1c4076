package io.balsa.raft.examples.kvstore;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer to an HTTP request.
 *
 * @param status the status code
 * @param headers sent in this order
 * @param body may be empty
 */
record Reply(int status, Map<String, String> headers, Bytes body) {

    /** An answer in JSON. */
    static Reply json(int status, Object value) {
        return new Reply(status, Map.of("Content-Type", "application/json"), Json.write(value));
    }

    /** An answer that says in a sentence what is wrong. */
    static Reply error(int status, String sentence) {
        return json(status, Map.of("error", sentence));
    }

    /** This answer with one more header. */
    Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }
}
