package io.balsa.raft.examples.kvstore;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A map of which a view can be taken at once, however large it is, that another thread reads while this one goes on
 * changing.
 *
 * <p>Copying a large map would stop everybody who waits for a command. Here a capture costs nothing, however large it
 * is: from then on the map as it was is left alone, and changes go to a second map that lies over it. When the view is
 * given back, each further change also carries a few of those down, so nobody ever pays for all of them. Memory is
 * needed twice only for the keys that are changed while a view is out.
 *
 * <p>Belongs to one thread, but for what {@link View} says.
 */
final class CapturableMap<V> {

    private static final int CARRIED_PER_CHANGE = 8;

    private Map<String, V> base = new HashMap<>();
    private final Map<String, Optional<V>> changes = new LinkedHashMap<>(); // empty means removed
    private View<V> view = new View<>(Map.of(), true);

    /** The map as it was. Belongs to the thread it is given to, until it is closed. */
    static final class View<V> implements AutoCloseable {

        private final Map<String, V> frozen;
        private volatile boolean closed;

        private View(Map<String, V> frozen, boolean closed) {
            this.frozen = frozen;
            this.closed = closed;
        }

        /** What it held; in no order that means anything. */
        Map<String, V> contents() {
            return frozen;
        }

        /** Lets the map be changed again in place; the view must not be read any more. */
        @Override
        public void close() {
            closed = true;
        }
    }

    Optional<V> get(String key) {
        Optional<V> changed = changes.get(key);
        return changed != null ? changed : Optional.ofNullable(base.get(key));
    }

    void put(String key, V value) {
        change(key, Optional.of(value));
    }

    /** Whether there was such a key. */
    boolean remove(String key) {
        boolean existed = get(key).isPresent();
        if (existed) {
            change(key, Optional.empty());
        }
        return existed;
    }

    private void change(String key, Optional<V> value) {
        if (!view.closed) {
            changes.put(key, value);
            return;
        }
        changes.remove(key);
        store(key, value);
        carry(CARRIED_PER_CHANGE);
    }

    private void store(String key, Optional<V> value) {
        value.ifPresentOrElse(present -> base.put(key, present), () -> base.remove(key));
    }

    private void carry(int atMost) {
        Iterator<Map.Entry<String, Optional<V>>> next = changes.entrySet().iterator();
        for (int i = 0; i < atMost && next.hasNext(); i++) {
            Map.Entry<String, Optional<V>> change = next.next();
            store(change.getKey(), change.getValue());
            next.remove();
        }
    }

    /**
     * The map as it is now.
     *
     * @throws IllegalStateException if the view before it has not been closed
     */
    View<V> capture() {
        if (!view.closed) {
            throw new IllegalStateException("the last view of this map is still being read");
        }
        carry(changes.size()); // nothing, unless two captures follow each other closely
        view = new View<>(base, false);
        return view;
    }

    /** Forgets everything; a view that is out keeps what it has. */
    void clear() {
        base = new HashMap<>();
        changes.clear();
        view = new View<>(Map.of(), true);
    }
}
