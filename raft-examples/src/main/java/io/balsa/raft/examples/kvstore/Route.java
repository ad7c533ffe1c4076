package io.balsa.raft.examples.kvstore;

import java.net.URI;
import java.util.List;

/**
 * What the path of a request means.
 *
 * @param kind which place it is
 * @param key the key in it, or an empty text
 */
record Route(Kind kind, String key) {

    /** The places of the client API. */
    enum Kind {
        STATS("GET"),
        KEY("GET, PUT, DELETE"),
        CAS("POST");

        private final String methods;

        Kind(String methods) {
            this.methods = methods;
        }
    }

    private static final String KEYS = "/kv/";
    private static final String CAS = "/cas";

    /** The methods that this place knows, with commas between them. */
    String methods() {
        return kind.methods;
    }

    boolean knows(String method) {
        return List.of(kind.methods.split(", ", -1)).contains(method);
    }

    static Route of(URI target) throws HttpProblem {
        String path = target.getRawPath() == null ? "" : target.getRawPath();
        if (path.equals("/stats")) {
            return new Route(Kind.STATS, "");
        }
        if (!path.startsWith(KEYS)) {
            throw new HttpProblem(404, "there are /kv/{key}, /kv/{key}/cas, /stats and /admin/ here");
        }
        String rest = path.substring(KEYS.length());
        boolean cas = rest.endsWith(CAS) && rest.length() > CAS.length();
        String segment = cas ? rest.substring(0, rest.length() - CAS.length()) : rest;
        if (segment.indexOf('/') >= 0) {
            throw new HttpProblem(400, "a '/' within a key must be written %2F");
        }
        try {
            return new Route(cas ? Kind.CAS : Kind.KEY, HttpUrls.decodeKey(segment));
        } catch (IllegalArgumentException e) {
            throw new HttpProblem(400, String.valueOf(e.getMessage()));
        }
    }

    /**
     * A whole number in a query.
     *
     * @throws HttpProblem if it is something else
     */
    static long number(String name, String text) throws HttpProblem {
        if (!text.matches("\\d{1,18}")) {
            throw new HttpProblem(400, name + " is a number, not '" + text + "'");
        }
        return Long.parseLong(text);
    }
}
