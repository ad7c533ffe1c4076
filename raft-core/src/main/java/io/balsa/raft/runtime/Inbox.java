package io.balsa.raft.runtime;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Many put things in, one takes all of them out at once, in the order in which they came. Neither ever waits. It has no
 * bound of its own: what goes in is counted where it comes from (see the package's table).
 */
final class Inbox<T> {

    private record Node<T>(T item, @Nullable Node<T> earlier) {}

    private final AtomicReference<@Nullable Node<T>> latest = new AtomicReference<>();

    void put(T item) {
        Node<T> earlier;
        Node<T> node;
        do {
            earlier = latest.get();
            node = new Node<>(item, earlier);
        } while (!latest.compareAndSet(earlier, node));
    }

    boolean isEmpty() {
        return latest.get() == null;
    }

    /** Everything that is in it. */
    List<T> takeAll() {
        Node<T> node = latest.get() == null ? null : latest.getAndSet(null);
        if (node == null) {
            return List.of();
        }
        List<T> items = new ArrayList<>();
        for (; node != null; node = node.earlier) {
            items.add(node.item);
        }
        Collections.reverse(items);
        return items;
    }
}
