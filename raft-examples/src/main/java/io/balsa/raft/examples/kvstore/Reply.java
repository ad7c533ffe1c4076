package io.balsa.raft.examples.kvstore;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer to an HTTP request.
 *
 * @param status the status code
 * @param headers sent in this order
 * @param body may be empty
 * @param file sent in place of the body if given, and deleted then
 */
record Reply(int status, Map<String, String> headers, Bytes body, Optional<Path> file) {

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final String TYPE = "Content-Type";
    private static final String BINARY = "application/octet-stream";

    /** An answer in JSON. */
    static Reply json(int status, Object value) {
        return new Reply(status, Map.of(TYPE, "application/json"), Json.write(value), Optional.empty());
    }

    /** An answer that says in a sentence what is wrong. */
    static Reply error(int status, String sentence) {
        return json(status, Map.of("error", sentence));
    }

    /** 503: certainly not executed. */
    static Reply unavailable(String sentence) {
        return error(503, sentence).with("Retry-After", RETRY_AFTER_SECONDS);
    }

    /** 504: nobody knows. */
    static Reply outcomeUnknown() {
        return json(504, Map.of("outcome", "unknown"));
    }

    /** Bytes as they are. */
    static Reply binary(Bytes bytes) {
        return new Reply(200, Map.of(TYPE, BINARY), bytes, Optional.empty());
    }

    /** A file as it is, which is deleted once it was sent. */
    static Reply download(Path file) {
        return new Reply(200, Map.of(TYPE, BINARY), Bytes.copyOf(new byte[0]), Optional.of(file));
    }

    /** This answer with one more header. */
    Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body, file);
    }
}
