package io.balsa.raft.transport.http;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Permits to open a stream: handed out by a hello, good for one stream. The oldest are forgotten where there are too many,
 * so that saying hello for ever costs no memory.
 *
 * <p>Safe for any number of threads.
 */
final class Sessions {

    private static final int MAX_UNUSED = 1024;

    private final SecureRandom random = new SecureRandom();
    private final Map<Long, Hello> unused = new LinkedHashMap<>();

    /** A new permit for the sender of this hello. */
    synchronized long open(Hello hello) {
        if (unused.size() == MAX_UNUSED) {
            unused.remove(unused.keySet().iterator().next());
        }
        long session = random.nextLong();
        unused.put(session, hello);
        return session;
    }

    /** The hello that this permit was given for; takes the permit away. */
    synchronized Optional<Hello> redeem(long session) {
        return Optional.ofNullable(unused.remove(session));
    }
}
