package io.balsa.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The settings of a node")
class RaftConfigTest {

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    @Test
    @DisplayName("have the documented defaults, which are valid")
    void defaults() {
        assertThat(onALargeHeap())
                .hasToString(
                        "RaftConfig[electionTimeout=PT1S, heartbeatInterval=PT0.1S, closeTimeout=PT5S, preVote=true,"
                                + " checkQuorum=true, maxCommandBytes=1048576, maxBatchBytes=1048576, maxInflightMessages=256,"
                                + " maxInflightBytes=16777216, maxPendingBytes=67108864, maxPendingReads=65536,"
                                + " maxInboxBytes=67108864, logCacheBytes=16777216, memoryBudget=352321536, idleStrategy=PARK,"
                                + " snapshots=SnapshotConfig[everyEntries=100000, everyBytes=67108864,"
                                + " trailingEntries=10000, pieceBytes=1048576, bytesPerSecond=0, compress=false],"
                                + " leaseReads=false, maxClockDrift=0.1, maxSyncDelay=PT5S, silenceThreshold=PT5S,"
                                + " catchUpTimeout=PT5M, transferOnClose=false, forwardProposals=false,"
                                + " divergenceInterval=1024]");
    }

    private static RaftConfig onALargeHeap() {
        return RaftConfig.builder().memoryBudget(MemoryShares.FULL).build();
    }

    static Stream<Arguments> wrongSettings() {
        return Stream.of(
                wrong(
                        "electionTimeout is PT0.009S but must be from PT0.01S to PT10M",
                        it -> it.electionTimeout(millis(9)).heartbeatInterval(millis(1))),
                wrong(
                        "electionTimeout is PT10M0.001S but must be from PT0.01S to PT10M",
                        it -> it.electionTimeout(millis(600_001))),
                wrong(
                        "electionTimeout is PT-1S but must be from PT0.01S to PT10M",
                        it -> it.electionTimeout(millis(-1000)).heartbeatInterval(millis(5))),
                wrong(
                        "heartbeatInterval is PT0S but must be from PT0.001S to PT0.5S",
                        it -> it.heartbeatInterval(Duration.ZERO)),
                wrong(
                        "heartbeatInterval is PT0.501S but must be from PT0.001S to PT0.5S",
                        it -> it.heartbeatInterval(millis(501))),
                wrong("closeTimeout is PT-0.001S but must be from PT0S to PT10M", it -> it.closeTimeout(millis(-1))),
                wrong(
                        "closeTimeout is PT10M0.001S but must be from PT0S to PT10M",
                        it -> it.closeTimeout(millis(600_001))),
                wrong("divergenceInterval is -1 but must be from 0 to 65536", it -> it.divergenceInterval(-1)),
                wrong("divergenceInterval is 65537 but must be from 0 to 65536", it -> it.divergenceInterval(65537)),
                wrong("maxCommandBytes is 0 but must be from 1 to 4194304", it -> it.maxCommandBytes(0)),
                wrong(
                        "maxCommandBytes is 4194305 but must be from 1 to 4194304",
                        it -> it.maxCommandBytes(4 * MIB + 1)),
                wrong("maxBatchBytes is 1023 but must be from 1024 to 4194304", it -> it.maxBatchBytes(KIB - 1)),
                wrong("maxBatchBytes is 4194305 but must be from 1024 to 4194304", it -> it.maxBatchBytes(4 * MIB + 1)),
                wrong("maxInflightMessages is 0 but must be from 1 to 65536", it -> it.maxInflightMessages(0)),
                wrong("maxInflightMessages is 65537 but must be from 1 to 65536", it -> it.maxInflightMessages(65537)),
                wrong("maxInflightBytes is 1048575 but must be at least 1048576", it -> it.maxInflightBytes(MIB - 1)),
                wrong("maxPendingBytes is 1048575 but must be at least 1048576", it -> it.maxPendingBytes(MIB - 1)),
                wrong("maxPendingReads is 0 but must be from 1 to 2147483647", it -> it.maxPendingReads(0)),
                wrong("maxInboxBytes is 2097151 but must be at least 2097152", it -> it.maxInboxBytes(2 * MIB - 1)),
                wrong("memoryBudget is 17804382 but must be at least 17804383", it -> it.memoryBudget(17_804_382)),
                wrong("logCacheBytes is 1048575 but must be at least 1048576", it -> it.logCacheBytes(MIB - 1)),
                wrong("maxClockDrift is -0.1 but must be from 0.0 to 0.5", it -> it.maxClockDrift(-0.1)),
                wrong("maxClockDrift is 0.51 but must be from 0.0 to 0.5", it -> it.maxClockDrift(0.51)),
                wrong("maxClockDrift is NaN but must be from 0.0 to 0.5", it -> it.maxClockDrift(Double.NaN)),
                wrong(
                        "leaseReads is true but needs checkQuorum, which is false",
                        it -> it.leaseReads(true).checkQuorum(false)),
                wrong("maxSyncDelay is PT0.999S but must be from PT1S to PT24H", it -> it.maxSyncDelay(millis(999))),
                wrong(
                        "maxSyncDelay is PT24H0.001S but must be from PT1S to PT24H",
                        it -> it.maxSyncDelay(millis(86_400_001))),
                wrong(
                        "silenceThreshold is PT0.099S but must be from PT0.1S to PT24H",
                        it -> it.silenceThreshold(millis(99))),
                wrong(
                        "catchUpTimeout is PT0.009S but must be from PT0.01S to PT24H",
                        it -> it.catchUpTimeout(millis(9))));
    }

    private static Arguments wrong(String problem, UnaryOperator<RaftConfig.Builder> setting) {
        return arguments(problem, setting);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("are refused when one is wrong, with its name, value and range")
    @MethodSource("wrongSettings")
    void namesTheWrongSetting(String problem, UnaryOperator<RaftConfig.Builder> setting) {
        RaftConfig.Builder builder = setting.apply(RaftConfig.builder());

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("wrong settings:\n  " + problem);
    }

    static Stream<Arguments> extremeSettings() {
        return Stream.of(
                extreme(
                        "shortest times",
                        it -> it.electionTimeout(millis(10))
                                .heartbeatInterval(millis(1))
                                .closeTimeout(Duration.ZERO)
                                .maxClockDrift(0)
                                .maxSyncDelay(millis(10))
                                .silenceThreshold(millis(1))
                                .catchUpTimeout(millis(10))),
                extreme(
                        "longest times",
                        it -> it.electionTimeout(Duration.ofMinutes(10))
                                .heartbeatInterval(Duration.ofMinutes(5))
                                .closeTimeout(Duration.ofMinutes(10))
                                .maxClockDrift(0.5)
                                .maxSyncDelay(Duration.ofDays(1))
                                .silenceThreshold(Duration.ofDays(1))
                                .catchUpTimeout(Duration.ofDays(1))),
                extreme(
                        "smallest sizes",
                        it -> it.maxCommandBytes(1)
                                .maxBatchBytes(KIB)
                                .maxInflightMessages(1)
                                .maxInflightBytes(KIB)
                                .maxPendingBytes(1)
                                .maxPendingReads(1)
                                .maxInboxBytes(2 * KIB)
                                .logCacheBytes(KIB)),
                extreme(
                        "largest sizes",
                        it -> it.maxCommandBytes(4 * MIB)
                                .maxBatchBytes(4 * MIB)
                                .maxInflightMessages(65536)
                                .maxInflightBytes(Long.MAX_VALUE)
                                .maxPendingBytes(Long.MAX_VALUE)
                                .maxPendingReads(Integer.MAX_VALUE)
                                .maxInboxBytes(Long.MAX_VALUE)
                                .logCacheBytes(Long.MAX_VALUE)
                                .memoryBudget(Long.MAX_VALUE)));
    }

    private static Arguments extreme(String what, UnaryOperator<RaftConfig.Builder> settings) {
        return arguments(what, settings);
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("may be at the ends of their ranges")
    @MethodSource("extremeSettings")
    void takesTheEndsOfTheRanges(String what, UnaryOperator<RaftConfig.Builder> settings) {
        RaftConfig.Builder builder = settings.apply(RaftConfig.builder());

        assertThatCode(builder::build).as(what).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("are refused with all that is wrong at once, a line for each")
    void namesAllProblemsAtOnce() {
        RaftConfig.Builder builder = RaftConfig.builder()
                .closeTimeout(millis(-1))
                .maxInflightMessages(0)
                .maxPendingReads(-5);

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("""
                wrong settings:
                  closeTimeout is PT-0.001S but must be from PT0S to PT10M
                  maxInflightMessages is 0 but must be from 1 to 65536
                  maxPendingReads is -5 but must be from 1 to 2147483647""");
    }

    @Test
    @DisplayName("bind the heartbeat to half the election timeout, whichever was set first")
    void bindsTheHeartbeatToTheElectionTimeout() {
        RaftConfig config = RaftConfig.builder()
                .heartbeatInterval(Duration.ofSeconds(2))
                .electionTimeout(Duration.ofSeconds(4))
                .build();

        assertThat(config.heartbeatInterval())
                .isEqualTo(config.electionTimeout().dividedBy(2));
    }

    @Test
    @DisplayName("name a range for the heartbeat that can be met, even if the election timeout is wrong")
    void namesARangeThatCanBeMet() {
        RaftConfig.Builder builder = RaftConfig.builder().electionTimeout(Duration.ZERO);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("heartbeatInterval is PT0.1S but must be from PT0.001S to PT0.005S");
    }

    @Test
    @DisplayName("are what was set")
    void areWhatWasSet() {
        RaftConfig config = RaftConfig.builder()
                .electionTimeout(millis(300))
                .heartbeatInterval(millis(30))
                .closeTimeout(millis(3))
                .preVote(false)
                .checkQuorum(false)
                .maxCommandBytes(2001)
                .maxBatchBytes(2002)
                .maxInflightMessages(2003)
                .maxInflightBytes(2004)
                .maxPendingBytes(2005)
                .maxPendingReads(2006)
                .maxInboxBytes(9_000_000)
                .logCacheBytes(2007)
                .memoryBudget(9_000_001)
                .idleStrategy(IdleStrategy.SPIN)
                .snapshots(SnapshotConfig.builder()
                        .everyEntries(3001)
                        .everyBytes(3002)
                        .trailingEntries(3003)
                        .pieceBytes(3004)
                        .bytesPerSecond(3005)
                        .compress(true)
                        .build())
                .maxClockDrift(0.2)
                .maxSyncDelay(millis(4001))
                .silenceThreshold(millis(4002))
                .catchUpTimeout(millis(4003))
                .transferOnClose(true)
                .forwardProposals(true)
                .divergenceInterval(4004)
                .build();

        assertThat(config)
                .hasToString("RaftConfig[electionTimeout=PT0.3S, heartbeatInterval=PT0.03S, closeTimeout=PT0.003S,"
                        + " preVote=false, checkQuorum=false, maxCommandBytes=2001, maxBatchBytes=2002,"
                        + " maxInflightMessages=2003, maxInflightBytes=2004, maxPendingBytes=2005, maxPendingReads=2006,"
                        + " maxInboxBytes=9000000, logCacheBytes=2007, memoryBudget=9000001, idleStrategy=SPIN,"
                        + " snapshots=SnapshotConfig[everyEntries=3001, everyBytes=3002, trailingEntries=3003,"
                        + " pieceBytes=3004, bytesPerSecond=3005, compress=true], leaseReads=false,"
                        + " maxClockDrift=0.2, maxSyncDelay=PT4.001S, silenceThreshold=PT4.002S,"
                        + " catchUpTimeout=PT4.003S, transferOnClose=true, forwardProposals=true,"
                        + " divergenceInterval=4004]");
        assertThat(RaftConfig.builder().leaseReads(true).build().leaseReads()).isTrue();
    }

    @Test
    @DisplayName("of snapshots are refused with all that is wrong at once, a line for each")
    void wrongSettingsOfSnapshots() {
        SnapshotConfig.Builder builder = SnapshotConfig.builder()
                .everyEntries(-1)
                .everyBytes(-2)
                .trailingEntries(-3)
                .pieceBytes(4 * MIB + 1)
                .bytesPerSecond(-4);

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage("""
                wrong settings of snapshots:
                  everyEntries is -1 but must be at least 0
                  everyBytes is -2 but must be at least 0
                  trailingEntries is -3 but must be at least 0
                  pieceBytes is 4194305 but must be from 1024 to 4194304
                  bytesPerSecond is -4 but must be at least 0""");
    }

    @Test
    @DisplayName("of a node do not change when its builder goes on")
    void doNotChange() {
        RaftConfig.Builder builder = RaftConfig.builder();
        RaftConfig config = builder.build();

        builder.electionTimeout(Duration.ofSeconds(9));

        assertThat(config.electionTimeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    @DisplayName("are never null")
    @SuppressWarnings("NullAway") // that is what is tested
    void refuseNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> RaftConfig.builder().electionTimeout(null))
                .withMessage("electionTimeout");
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
