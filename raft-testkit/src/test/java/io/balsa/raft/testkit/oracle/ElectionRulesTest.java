package io.balsa.raft.testkit.oracle;

import static io.balsa.raft.testkit.oracle.RealServer.OTHER;
import static io.balsa.raft.testkit.oracle.RealServer.SELF;
import static io.balsa.raft.testkit.oracle.RealServer.THIRD;
import static io.balsa.raft.testkit.oracle.RealServer.TIMEOUT;
import static io.balsa.raft.testkit.oracle.Stage.assertViolates;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.RaftConfig;
import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.CoreOptions;
import io.balsa.raft.core.Input;
import io.balsa.raft.message.AppendEntries;
import io.balsa.raft.message.Heartbeat;
import io.balsa.raft.message.HeartbeatReply;
import io.balsa.raft.message.RequestVote;
import io.balsa.raft.message.TimeoutNow;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.LogPosition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The oracle objects, of a real core's elections and leases, to")
class ElectionRulesTest {

    private static final RaftConfig PLAIN = RaftConfig.defaults();
    private static final RaftConfig LEASES =
            RaftConfig.builder().leaseReads(true).build();
    private static final long LEASE = (long) (0.9 * TIMEOUT);
    private static final long NEVER = Long.MAX_VALUE / 4;
    private static final RequestVote REQUEST = new RequestVote(1, THIRD, SELF, LogPosition.ZERO);

    private static void followsOther(RealServer server) {
        server.hears(new Heartbeat(1, OTHER, SELF, 0, 1));
    }

    @Nested
    @DisplayName("who is asked to lead:")
    class TakingOver {

        private final RealServer server = new RealServer(PLAIN, CoreOptions.DEFAULT);
        private final TimeoutNow request = new TimeoutNow(1, OTHER, SELF);

        @Test
        @DisplayName("nothing, where it begins at once")
        void begins() {
            followsOther(server);
            server.oracle.onStep(SELF, server.core, new Input.Received(request));
            server.core.step(new Input.Received(request));
            server.oracle.onStep(SELF, server.core, new Input.TimePassed(server.now()));

            assertThat(server.core.role()).isEqualTo(RaftRole.CANDIDATE);
        }

        @Test
        @DisplayName("L2: one that does not")
        void waits() {
            followsOther(server);
            server.ignores(request);

            assertViolates("L2", () -> server.passes(1));
        }

        @Test
        @DisplayName("nothing, where somebody asks who does not lead, or did in an earlier term")
        void allowsRefusal() {
            followsOther(server);
            server.hears(new TimeoutNow(1, THIRD, SELF));
            server.hears(new TimeoutNow(0, OTHER, SELF));
            server.passes(1);
        }
    }

    @Nested
    @DisplayName("who is bound by a lease:")
    class Bound {

        @Test
        @DisplayName(
                "L4 and R3: a vote shortly after the start, when a leader may still read on the strength of earlier answers")
        void votes() {
            RealServer later = new RealServer(LEASES, CoreOptions.DEFAULT);
            assertViolates("L4", () -> {
                later.hears(REQUEST);
                later.passes(1);
            });
            RealServer same = new RealServer(LEASES, CoreOptions.DEFAULT);
            same.hears(new HeartbeatReply(1, OTHER, SELF, 1)); // so it is in that term
            assertViolates("R3", () -> {
                same.hears(REQUEST);
                same.passes(1);
            });
        }

        @Test
        @DisplayName("nothing, where it refuses, and votes when the time is over")
        void refuses() {
            RealServer server = new RealServer(LEASES, RealServer.options(LEASE, NEVER));
            server.hears(REQUEST);
            server.passes(TIMEOUT);
            server.hears(REQUEST);
            server.passes(1);

            assertThat(server.core.votedFor()).contains(THIRD);
        }
    }

    @Nested
    @DisplayName("election timers:")
    class Timers {

        @Test
        @DisplayName("nothing, where those with a lower priority wait longer")
        void priorities() {
            RealServer server = new RealServer(PLAIN, CoreOptions.DEFAULT, 0, 1, 2);
            followsOther(server);
            server.passes(1);

            assertThat(server.core.nextDeadlineNanos() - server.now()).isGreaterThan(3 * TIMEOUT - 2);
            server.waitsForItsTimer();
            assertThat(server.core.role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        }

        @Test
        @DisplayName("nothing, where a vote is asked for once more and refused, and priorities have gone since")
        void refusesWhatItGranted() {
            RealServer server = new RealServer(PLAIN, CoreOptions.DEFAULT, 0, 1, 2);
            RequestVote request = new RequestVote(1, OTHER, SELF, LogPosition.ZERO);
            server.hears(request);
            Membership equals =
                    Membership.ofVoters(List.of(new Member(SELF, "a"), new Member(OTHER, "b"), new Member(THIRD, "c")));
            EntryRun entry = EntryRun.of(1, 1, EntryKind.MEMBERSHIP, List.of(equals.encode()));
            server.hears(new AppendEntries(1, OTHER, SELF, LogPosition.ZERO, List.of(entry), 0));

            server.hears(request);
            server.passes(1);

            assertThat(server.core.votedFor()).contains(OTHER);
            assertThat(server.core.nextDeadlineNanos() - server.now()).isGreaterThan(2 * TIMEOUT);
        }

        private RealServer withStalledDisk(Duration maxSyncDelay) {
            RaftConfig known = RaftConfig.builder().maxSyncDelay(maxSyncDelay).build();
            RealServer server = new RealServer(known, RealServer.options(0, TIMEOUT));
            server.diskStandsStill();
            followsOther(server); // in a new term, which is to be written
            return server;
        }

        @Test
        @DisplayName("nothing, where one waits on whose disk stands still")
        void stalledDisk() {
            RealServer server = withStalledDisk(Duration.ofSeconds(1));
            for (int i = 0; i < 5; i++) {
                server.waitsForItsTimer();
            }

            assertThat(server.core.role()).isEqualTo(RaftRole.FOLLOWER);
        }

        @Test
        @DisplayName("L1: one that waits on without such a reason")
        void waitsOn() {
            RealServer server = withStalledDisk(Duration.ofSeconds(60));

            assertViolates("L1", () -> {
                for (int i = 0; i < 5; i++) {
                    server.waitsForItsTimer();
                }
            });
        }
    }

    @Nested
    @DisplayName("leases:")
    class Leases {

        private void isAskedToRead(RealServer server) {
            server.leads();
            server.passes(TIMEOUT / 2);
            server.isConfirmed(1);
            server.step(new Input.ReadRequested(1, true));
        }

        @Test
        @DisplayName("nothing, where one lasts from when the round was sent that a quorum has answered")
        void allowed() {
            isAskedToRead(new RealServer(LEASES, RealServer.options(LEASE, NEVER)));
        }

        @Test
        @DisplayName("R3: one that lasts longer than that")
        void tooLong() {
            RealServer server = new RealServer(LEASES, RealServer.options(TIMEOUT, NEVER));

            assertViolates("R3", () -> isAskedToRead(server));
        }

        @Test
        @DisplayName("R3: one where there are none")
        void noLeases() {
            RealServer server = new RealServer(PLAIN, RealServer.options(LEASE, NEVER));

            assertViolates("R3", () -> isAskedToRead(server));
        }
    }
}
