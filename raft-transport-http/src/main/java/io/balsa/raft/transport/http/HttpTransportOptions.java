package io.balsa.raft.transport.http;

import io.balsa.raft.transport.Lane;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Everything {@link HttpTransport.Builder} was told, checked.
 *
 * @param listen where to listen, not parsed yet
 * @param protocols the versions of the protocol we speak
 * @param maxQueueBytes for each lane, per peer
 * @param maxFrameBytes longest payload of a frame
 * @param connectTimeout how long a connection may take to be made; a short request gets twice that
 * @param reconnect how long to wait before the next dial
 * @param silenceTimeout how long a stream may be without a sign that it is heard
 * @param random where jitter comes from; used by one thread at a time
 */
record HttpTransportOptions(
        String listen,
        Protocols protocols,
        Map<Lane, Integer> maxQueueBytes,
        int maxFrameBytes,
        Duration connectTimeout,
        Reconnect reconnect,
        Duration silenceTimeout,
        RandomGenerator random) {

    /** In a silence timeout, a stream carries so many keep-alives. */
    private static final int KEEP_ALIVES_PER_SILENCE = 5;

    /** Who dials notices first: whoever is dialled takes this many times longer to give up a silent stream. */
    private static final int INBOUND_PATIENCE = 3;

    /**
     * Bounds of the wait between two dials.
     *
     * @param min the bound after the first failure; it doubles with each further one
     * @param max the bound stays here
     */
    record Reconnect(Duration min, Duration max) {}

    /** How often each stream shows a sign of life. */
    Duration keepAliveInterval() {
        return silenceTimeout.dividedBy(KEEP_ALIVES_PER_SILENCE);
    }

    /** How long a stream that leads to us may be silent before we end it. */
    Duration inboundSilenceTimeout() {
        return silenceTimeout.multipliedBy(INBOUND_PATIENCE);
    }

    /** How long a request that is not a stream may take. */
    Duration requestTimeout() {
        return connectTimeout.multipliedBy(2);
    }
}
