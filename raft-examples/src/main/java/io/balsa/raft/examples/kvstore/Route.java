package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ReadPolicy;
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
            throw new HttpProblem(404, "there are /kv/{key}, /kv/{key}/cas and /stats here");
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

    /** How fresh a read is to be: {@code ?consistency=}. Other parameters mean nothing here. */
    static ReadPolicy readPolicy(URI target) throws HttpProblem {
        String query = target.getRawQuery() == null ? "" : target.getRawQuery();
        ReadPolicy policy = ReadPolicy.LINEARIZABLE;
        for (String parameter : query.split("&", -1)) {
            if (parameter.equals("consistency=local")) {
                policy = ReadPolicy.LOCAL;
            } else if (parameter.equals("consistency=linearizable")) {
                policy = ReadPolicy.LINEARIZABLE;
            } else if (parameter.equals("consistency") || parameter.startsWith("consistency=")) {
                throw new HttpProblem(400, "consistency is linearizable or local");
            }
        }
        return policy;
    }
}
