package io.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The memory budget")
class MemoryBudgetTest {

    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final MemoryShares.Given USUAL = new MemoryShares.Given((int) MIB, 0, 0);

    private static RaftConfig.Builder ofHeap(long bytes) {
        return RaftConfig.builder().memoryBudget(USUAL.budgetOfHeap(bytes));
    }

    /** What such a node holds at the worst moment, as the package documentation of the runtime says. */
    private static long held(RaftConfig config, int members) {
        long read = Math.min(MIB, config.memoryBudget() / 64);
        long message = Math.max(config.maxCommandBytes(), config.maxBatchBytes());
        long piece = config.snapshots().pieceBytes();
        long proposals = config.maxPendingBytes();
        long committed = config.maxPendingBytes() + Math.max(read, message);
        long log = 2 * config.logCacheBytes() + 2 * message;
        long followers = (members - 1) * (config.maxInflightBytes() + message + piece);
        return config.maxInboxBytes() + proposals + committed + log + followers + piece;
    }

    @ParameterizedTest(name = "{0} bytes, commands of {1}")
    @CsvSource({
        "28672, 1",
        "100000, 1024",
        "1048576, 1024",
        "1048576, 50000",
        "17825792, 1000000",
        "22369621, 1048576",
        "100000000, 1048576",
        "352321536, 1048576",
        "352321536, 4194304",
        "10000000000, 1048576",
        "9223372036854775807, 4194304"
    })
    @DisplayName("is never exceeded by what is derived from it, in clusters of one to seven")
    void isNeverExceeded(long budget, int command) {
        RaftConfig config = RaftConfig.builder()
                .memoryBudget(budget)
                .maxCommandBytes(command)
                .build();

        for (int members : new int[] {1, 3, 5, 7}) {
            assertThat(held(config, members)).as("%d members", members).isLessThanOrEqualTo(budget);
        }
        assertThat(held(config, 7)).as("and used").isGreaterThan(budget - 1000);
    }

    @Test
    @DisplayName("of a large heap gives what does well in one data center")
    void largeHeap() {
        RaftConfig config = ofHeap(8192 * MIB).build();

        assertThat(config.memoryBudget()).isEqualTo(336 * MIB);
        assertThat(config.maxInboxBytes()).isEqualTo(64 * MIB);
        assertThat(config.maxPendingBytes()).isEqualTo(64 * MIB);
        assertThat(config.logCacheBytes()).isEqualTo(16 * MIB);
        assertThat(config.maxInflightBytes()).isEqualTo(16 * MIB);
        assertThat(config.maxBatchBytes()).isEqualTo(1 << 20);
        assertThat(config.snapshots().pieceBytes()).isEqualTo(1 << 20);
    }

    @Test
    @DisplayName("of 64 MiB of heap is a third of it, and room for the longest command everywhere")
    void smallHeap() {
        RaftConfig config = ofHeap(64 * MIB).build();

        assertThat(config.memoryBudget()).isEqualTo(64 * MIB / 3);
        assertThat(config.maxPendingBytes()).isBetween(1536 * KIB, 4 * MIB);
        assertThat(config.maxInboxBytes()).isBetween(2 * MIB, 6 * MIB);
        assertThat(config.logCacheBytes()).isBetween(384 * KIB, 2 * MIB);
        assertThat(config.maxInflightBytes()).isBetween(384 * KIB, 2 * MIB);
        assertThat(config.maxBatchBytes()).isBetween(256 << 10, 512 << 10);
        assertThat(config.snapshots().pieceBytes()).isBetween(256 << 10, 512 << 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, 16, 32, 48, 64, 128, 256, 512, 1024, 4096, Long.MAX_VALUE >> 20})
    @DisplayName("of any heap makes settings that are valid")
    void anyHeap(long mib) {
        assertThat(ofHeap(mib * MIB).build().maxPendingBytes()).isGreaterThanOrEqualTo(MIB);
    }

    @Test
    @DisplayName("is of this process's heap if it is not set")
    void ofThisProcess() {
        long heap = Runtime.getRuntime().maxMemory();

        assertThat(RaftConfig.defaults().memoryBudget()).isEqualTo(USUAL.budgetOfHeap(heap));
    }

    @Test
    @DisplayName("says nothing about what is set by itself")
    void explicitSettingsWin() {
        RaftConfig config = RaftConfig.builder()
                .memoryBudget(40 * MIB)
                .maxBatchBytes(5000)
                .maxInboxBytes(90 * MIB)
                .maxPendingBytes(91 * MIB)
                .maxInflightBytes(92 * MIB)
                .logCacheBytes(93 * MIB)
                .snapshots(SnapshotConfig.builder().pieceBytes(5001).build())
                .build();

        assertThat(config.maxBatchBytes()).isEqualTo(5000);
        assertThat(config.maxInboxBytes()).isEqualTo(90 * MIB);
        assertThat(config.maxPendingBytes()).isEqualTo(91 * MIB);
        assertThat(config.maxInflightBytes()).isEqualTo(92 * MIB);
        assertThat(config.logCacheBytes()).isEqualTo(93 * MIB);
        assertThat(config.snapshots().pieceBytes()).isEqualTo(5001);
    }

    @Test
    @DisplayName("leaves the other settings of snapshots as they are")
    void keepsSnapshots() {
        SnapshotConfig snapshots = SnapshotConfig.builder()
                .everyEntries(1)
                .everyBytes(2)
                .trailingEntries(3)
                .bytesPerSecond(4)
                .compress(true)
                .build();

        assertThat(ofHeap(64 * MIB).snapshots(snapshots).build().snapshots())
                .hasToString("SnapshotConfig[everyEntries=1, everyBytes=2, trailingEntries=3, pieceBytes=349525,"
                        + " bytesPerSecond=4, compress=true]");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 5000, 1 << 20, 4 << 20})
    @DisplayName("is refused if it is too small for the longest command, and just enough is enough")
    void tooSmall(int command) {
        long least = new MemoryShares.Given(command, 0, 0).least();
        RaftConfig.Builder builder = RaftConfig.builder().maxCommandBytes(command);

        assertThat(builder.memoryBudget(least).build().memoryBudget()).isEqualTo(least);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.memoryBudget(least - 1).build())
                .withMessage("wrong settings:\n  memoryBudget is " + (least - 1) + " but must be at least " + least);
    }

    @Test
    @DisplayName("is refused if it is too small for batches or pieces that are set")
    void tooSmallForBatches() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RaftConfig.builder()
                        .maxCommandBytes(1)
                        .memoryBudget(10 * MIB)
                        .maxBatchBytes(1 << 20)
                        .build())
                .withMessageContaining("memoryBudget is 10485760 but must be at least ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RaftConfig.builder()
                        .maxCommandBytes(1)
                        .memoryBudget(10 * MIB)
                        .snapshots(SnapshotConfig.builder().pieceBytes(2 << 20).build())
                        .build())
                .withMessageContaining("memoryBudget is 10485760 but must be at least ");
    }
}
