package io.balsa.raft.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * What came of one step of {@link Storage#scrub}.
 *
 * @param pauseNanos how long to wait before the next step; {@link Long#MAX_VALUE} for ever
 * @param damage what is damaged, if anything is; told at every step until it is gone
 */
public record Scrub(long pauseNanos, Optional<Damage> damage) {

    /** There is nothing to look after, and there never will be. */
    public static final Scrub NEVER = new Scrub(Long.MAX_VALUE, Optional.empty());

    public Scrub {
        if (pauseNanos < 0) {
            throw new IllegalArgumentException("pauseNanos is negative: " + pauseNanos);
        }
        Objects.requireNonNull(damage, "damage");
    }

    /**
     * Something that was written long ago is damaged.
     *
     * @param finding where and what, for operators
     * @param lastIndex the damage is gone when a snapshot stands for the log up to here; 0 if it is a snapshot that is damaged,
     *     and gone when there is a newer one
     */
    public record Damage(String finding, long lastIndex) {

        public Damage {
            Objects.requireNonNull(finding, "finding");
        }
    }
}
