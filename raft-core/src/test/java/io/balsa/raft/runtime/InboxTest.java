package io.balsa.raft.runtime;

import static io.balsa.raft.runtime.LocalCluster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("An inbox")
@Timeout(120)
class InboxTest {

    private static final int WRITERS = 4;
    private static final int ITEMS = 50_000;

    private record Item(int writer, int number) {}

    private final Inbox<Item> inbox = new Inbox<>();

    /** Lets the writers write and gives them time to finish. */
    private CountDownLatch write() {
        CountDownLatch done = new CountDownLatch(WRITERS);
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            new Thread(() -> {
                        for (int number = 0; number < ITEMS; number++) {
                            inbox.put(new Item(writer, number));
                        }
                        done.countDown();
                    })
                    .start();
        }
        return done;
    }

    private static void await(CountDownLatch done) throws InterruptedException {
        assertThat(done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    @DisplayName("gives back what was put in, in that order, once")
    void order() {
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(inbox.takeAll()).isEmpty();
        inbox.put(new Item(1, 1));
        inbox.put(new Item(1, 2));
        inbox.put(new Item(2, 1));

        assertThat(inbox.isEmpty()).isFalse();
        assertThat(inbox.takeAll()).containsExactly(new Item(1, 1), new Item(1, 2), new Item(2, 1));
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(inbox.takeAll()).isEmpty();
    }

    @Test
    @DisplayName("loses nothing of many writers, and keeps the order of each")
    void manyWriters() throws Exception {
        CountDownLatch done = write();
        int[] next = new int[WRITERS];
        int taken = 0;
        while (taken < WRITERS * ITEMS) {
            List<Item> batch = inbox.takeAll();
            for (Item item : batch) {
                assertThat(item.number()).isEqualTo(next[item.writer()]++);
            }
            taken += batch.size();
            Thread.onSpinWait();
        }
        await(done);

        assertThat(inbox.isEmpty()).isTrue();
    }

    @Test
    @DisplayName("gives each item to one of those who take at the same time")
    void manyReaders() throws Exception {
        CountDownLatch written = write();
        Collection<Item> taken = new ConcurrentLinkedQueue<>();
        CountDownLatch read = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            new Thread(() -> {
                        boolean last;
                        do {
                            last = written.getCount() == 0;
                            taken.addAll(inbox.takeAll());
                        } while (!last);
                        read.countDown();
                    })
                    .start();
        }
        await(written);
        await(read);

        assertThat(taken).hasSize(WRITERS * ITEMS);
        assertThat(new ArrayList<>(taken).stream().distinct().count()).isEqualTo(WRITERS * ITEMS);
    }
}
