package io.balsa.raft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.balsa.raft.session.SessionLimits;
import io.balsa.raft.session.SessionRequest;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The sessions of a snapshot")
class CapturedSessionsTest {

    private static final SessionLimits LIMITS = SessionLimits.STANDARD;
    private static final int RESULTS_EACH = LIMITS.maxUnacknowledgedInAll() / LIMITS.maxSessions();
    private static final int RESULT_BYTES = LIMITS.maxResultBytesInAll() / LIMITS.maxUnacknowledgedInAll();

    private final LibraryState state =
            new LibraryState(command -> new byte[RESULT_BYTES], new ResultHashes(0, new Quarantine(1), told -> {}));
    private long index;

    private void apply(SessionRequest request) {
        index++;
        state.apply(EntryRun.of(index, 1, EntryKind.SESSION, List.of(request.encode())), index);
    }

    private void fillTheTable() {
        for (int i = 0; i < LIMITS.maxSessions(); i++) {
            apply(new SessionRequest.Open(SessionRequest.MAX_EXPIRY_ENTRIES));
            long session = index;
            for (int sequence = 1; sequence <= RESULTS_EACH; sequence++) {
                apply(new SessionRequest.Command(session, sequence, 0, ByteBuffer.wrap(new byte[1])));
            }
        }
    }

    @Test
    @DisplayName("cost the thread that captures them next to nothing, however many there are")
    void cheap() {
        fillTheTable();
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        state.capture();
        long before = memory.getCurrentThreadAllocatedBytes();

        List<SnapshotContent.Captured> captured = state.capture();

        assertThat(memory.getCurrentThreadAllocatedBytes() - before)
                .as("bytes that it takes to capture %d bytes", captured.get(0).length())
                .isLessThan(1 << 20);
        assertThat(captured.get(0).length()).isGreaterThan(LIMITS.maxResultBytesInAll());
    }
}
