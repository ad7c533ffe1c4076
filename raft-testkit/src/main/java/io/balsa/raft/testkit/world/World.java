package io.balsa.raft.testkit.world;

import io.balsa.raft.message.Message;
import io.balsa.raft.testkit.Draws;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/** Virtual time, and what is going to happen in it. */
public final class World {

    /** Something that is going to happen, unless it is called off before. */
    public static final class Event implements Comparable<Event> {

        private final long timeNanos;
        private final long tieBreak;
        private final long number;
        private final Runnable action;
        private boolean cancelled;

        private Event(long timeNanos, long tieBreak, long number, Runnable action) {
            this.timeNanos = timeNanos;
            this.tieBreak = tieBreak;
            this.number = number;
            this.action = action;
        }

        /** When. */
        public long timeNanos() {
            return timeNanos;
        }

        /** Calls it off; nothing happens if it is over. */
        public void cancel() {
            cancelled = true;
        }

        /** By time; what is due at the same time comes in an order that the seed draws, so that no order is relied upon. */
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(timeNanos, other.timeNanos);
            int byTie = byTime != 0 ? byTime : Long.compare(tieBreak, other.tieBreak);
            return byTie != 0 ? byTie : Long.compare(number, other.number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(number);
        }
    }

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final Draws ties;
    private final Optional<Story> story;
    private long nowNanos;
    private long numbered;
    private long happened;
    private long hash = 0xCBF29CE484222325L;

    /**
     * A world at time zero in which nothing is going to happen.
     *
     * @param story of what happens in it, if anybody wants to read it
     */
    public World(Draws ties, Optional<Story> story) {
        this.ties = ties;
        this.story = story;
    }

    /** What time it is, in nanoseconds since the world began. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How many events have happened. */
    public long happened() {
        return happened;
    }

    /** Lets something happen later. */
    public Event in(long delayNanos, Runnable action) {
        Event event = new Event(nowNanos + Math.max(0, delayNanos), ties.nextLong(), ++numbered, action);
        queue.add(event);
        return event;
    }

    /** Whether something is due until then. */
    boolean isDueBy(long nanos) {
        while (!queue.isEmpty() && queue.peek().cancelled) {
            queue.remove();
        }
        return !queue.isEmpty() && queue.peek().timeNanos <= nanos;
    }

    /** Lets the next thing happen; false if nothing will ever happen again. */
    public boolean step() {
        Event event = queue.poll();
        while (event != null && event.cancelled) {
            event = queue.poll();
        }
        if (event == null) {
            return false;
        }
        nowNanos = event.timeNanos;
        happened++;
        note(nowNanos);
        event.action.run();
        return true;
    }

    /** Mixes something that happened into the hash of the run. */
    public void note(long fact) {
        hash = (hash ^ fact) * 0x100000001B3L;
        hash ^= hash >>> 29;
    }

    /** Equal in two runs in which the same happened. */
    public long hash() {
        return hash;
    }

    /** Whether anybody wants to read what happens. */
    public boolean isTold() {
        return story.isPresent();
    }

    /** For who reads the story of the run. */
    public void tell(Object who, Supplier<String> what) {
        if (story.isPresent()) {
            story.get().tell(nowNanos, who.toString(), what.get());
        }
    }

    /** The same, of a message. */
    public void tell(Story.Passage passage, Message message) {
        if (story.isPresent()) {
            story.get().tell(nowNanos, passage, message);
        }
    }
}
