package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ReadPolicy;
import java.net.URI;

/**
 * How fresh a read is to be: {@code ?consistency=} and {@code ?minIndex=}.
 *
 * @param policy linearizable unless the client asks for less
 * @param minIndex what must be applied first; 0 for nothing. With the index that a write was answered with, a client reads its own
 *     writes on any server
 */
record Freshness(ReadPolicy policy, long minIndex) {

    private static final String CONSISTENCY = "consistency";

    /** What the query asks for. Other parameters mean nothing here. */
    static Freshness of(URI target) throws HttpProblem {
        String query = target.getRawQuery() == null ? "" : target.getRawQuery();
        ReadPolicy policy = ReadPolicy.LINEARIZABLE;
        long minIndex = 0;
        for (String parameter : query.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            String value = parts.length < 2 ? "" : parts[1];
            if (parts[0].equals(CONSISTENCY)) {
                policy = policy(value);
            } else if (parts[0].equals("minIndex")) {
                minIndex = Route.number("minIndex", value);
            }
        }
        return new Freshness(policy, minIndex);
    }

    private static ReadPolicy policy(String value) throws HttpProblem {
        return switch (value) {
            case "linearizable" -> ReadPolicy.LINEARIZABLE;
            case "lease" -> ReadPolicy.LEASE;
            case "local" -> ReadPolicy.LOCAL;
            default -> throw new HttpProblem(400, CONSISTENCY + " is linearizable, lease or local");
        };
    }
}
