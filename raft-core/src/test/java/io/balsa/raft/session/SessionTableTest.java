package io.balsa.raft.session;

import static io.balsa.raft.session.SessionRefusal.ALREADY_ACKNOWLEDGED;
import static io.balsa.raft.session.SessionRefusal.MALFORMED;
import static io.balsa.raft.session.SessionRefusal.SEQUENCE_REUSED;
import static io.balsa.raft.session.SessionRefusal.SESSION_EXPIRED;
import static io.balsa.raft.session.SessionRefusal.TOO_MANY_UNACKNOWLEDGED;
import static io.balsa.raft.session.TableDriver.refused;
import static io.balsa.raft.session.TableDriver.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Thesis 6.3: a table of sessions")
class SessionTableTest {

    private static final long LONG = 1_000_000;

    private final TableDriver driver = new TableDriver(new SessionLimits(3, 4, 6, 20, 30));

    @Test
    @DisplayName("gives a session the index of its entry as id")
    void namesASessionByItsEntry() {
        driver.skip(41);

        assertThat(driver.open(LONG)).isEqualTo(42);
    }

    @Nested
    @DisplayName("runs a command once:")
    class ExactlyOnce {

        @Test
        @DisplayName("the first time it is run")
        void runsItTheFirstTime() {
            long session = driver.open(LONG);

            assertThat(said(driver.run(session, 1, 0, "a"))).isEqualTo("first 2/7 1:a");
        }

        @Test
        @DisplayName("a repetition is answered with the first result and the first index, and not run")
        void answersARepetition() {
            long session = driver.open(LONG);
            driver.run(session, 1, 0, "a");
            driver.run(session, 2, 0, "b");

            assertThat(said(driver.run(session, 1, 0, "a"))).isEqualTo("again 2/7 1:a");
            assertThat(said(driver.run(session, 1, 0, "a"))).isEqualTo("again 2/7 1:a");
            assertThat(driver.ran).containsExactly("a", "b");
        }

        @Test
        @DisplayName("the same command under another number, or in another session, is another command")
        void runsTheSameBytesUnderAnotherNumber() {
            long session = driver.open(LONG);
            long other = driver.open(LONG);
            driver.run(session, 1, 0, "a");

            assertThat(said(driver.run(session, 2, 0, "a"))).isEqualTo("first 4/7 2:a");
            assertThat(said(driver.run(other, 1, 0, "a"))).isEqualTo("first 5/7 3:a");
        }

        @Test
        @DisplayName("commands of a window may come in any order, and with gaps")
        void takesThemInAnyOrder() {
            long session = driver.open(LONG);

            driver.run(session, 3, 0, "c");
            driver.run(session, 1, 0, "a");
            driver.run(session, 3, 0, "c");
            driver.run(session, 4, 0, "d");

            assertThat(driver.ran).containsExactly("c", "a", "d");
        }

        @Test
        @DisplayName("what was acknowledged is forgotten, and comes too late")
        void refusesWhatWasAcknowledged() {
            long session = driver.open(LONG);
            driver.run(session, 1, 0, "a");
            driver.run(session, 2, 1, "b");

            assertThat(driver.run(session, 1, 0, "a")).isEqualTo(refused(ALREADY_ACKNOWLEDGED));
            assertThat(driver.table.keptCount()).isEqualTo(1);
        }

        @Test
        @DisplayName("a number that was acknowledged without having been run is not run any more")
        void closesTheDoorBehindAnAbandonedCommand() {
            long session = driver.open(LONG);
            driver.run(session, 2, 1, "b");

            assertThat(driver.run(session, 1, 0, "a")).isEqualTo(refused(ALREADY_ACKNOWLEDGED));
            assertThat(driver.ran).containsExactly("b");
        }

        @Test
        @DisplayName("an acknowledgement that comes late takes nothing back")
        void keepsTheHighestAcknowledgement() {
            long session = driver.open(LONG);
            driver.keepAlive(session, 5);
            driver.keepAlive(session, 3);

            assertThat(driver.run(session, 5, 0, "a")).isEqualTo(refused(ALREADY_ACKNOWLEDGED));
        }

        @Test
        @DisplayName("another command under a number that was run is refused, and gets nobody else's result")
        void refusesAnotherCommandUnderTheSameNumber() {
            long session = driver.open(LONG);
            driver.run(session, 1, 0, "a");

            assertThat(driver.run(session, 1, 0, "b")).isEqualTo(refused(SEQUENCE_REUSED));
            assertThat(driver.ran).containsExactly("a");
        }
    }

    @Nested
    @DisplayName("remembers a bounded number of results:")
    class Bounds {

        @Test
        @DisplayName("a number too far beyond what is acknowledged is refused, and may be used later")
        void refusesTooManyOfASession() {
            long session = driver.open(LONG);
            for (int sequence = 1; sequence <= 4; sequence++) {
                driver.run(session, sequence, 0, "a");
            }

            assertThat(driver.run(session, 5, 0, "e")).isEqualTo(refused(TOO_MANY_UNACKNOWLEDGED));
            assertThat(driver.run(session, Long.MAX_VALUE, 0, "e")).isEqualTo(refused(TOO_MANY_UNACKNOWLEDGED));
            assertThat(said(driver.run(session, 5, 1, "e"))).isEqualTo("first 8/7 5:e");
        }

        @Test
        @DisplayName("so is a command when all sessions together keep too many; a repetition is answered still")
        void refusesTooManyInAll() {
            long session = driver.open(LONG);
            long other = driver.open(LONG);
            for (int sequence = 1; sequence <= 3; sequence++) {
                driver.run(session, sequence, 0, "a");
                driver.run(other, sequence, 0, "b");
            }

            assertThat(driver.run(session, 4, 0, "c")).isEqualTo(refused(TOO_MANY_UNACKNOWLEDGED));
            assertThat(said(driver.run(session, 1, 0, "a"))).startsWith("again");
            assertThat(driver.close(other)).isEqualTo(new SessionAnswer.Closed());
            assertThat(said(driver.run(session, 4, 0, "c"))).startsWith("first");
        }

        @Test
        @DisplayName("a result too long to keep is answered once, and then only that it was there")
        void dropsALongResult() {
            long session = driver.open(LONG);
            String command = "x".repeat(30);

            assertThat(said(driver.run(session, 1, 0, command))).isEqualTo("first 2/7 1:" + command);
            assertThat(driver.run(session, 1, 0, command)).isEqualTo(new SessionAnswer.ResultDropped(2, 7));
            assertThat(driver.ran).hasSize(1);
            assertThat(driver.table.keptBytes()).isZero();
            assertThat(driver.table.keptCount()).isEqualTo(1);
        }

        @Test
        @DisplayName("results of exactly the bytes that there is room for are kept")
        void fillsTheRoomExactly() {
            long session = driver.open(LONG);
            driver.run(session, 1, 0, "x".repeat(8));
            driver.run(session, 2, 0, "x".repeat(8));
            driver.run(session, 3, 0, "");

            assertThat(driver.table.keptBytes()).isEqualTo(20);
            assertThat(said(driver.run(session, 2, 0, "x".repeat(8)))).startsWith("again 3/7");
            assertThat(driver.run(session, 3, 0, "")).isEqualTo(new SessionAnswer.ResultDropped(4, 7));
        }

        @Test
        @DisplayName("results that all sessions together have no room for are dropped likewise")
        void dropsWhatIsTooMuchInAll() {
            long session = driver.open(LONG);
            long other = driver.open(LONG);
            driver.run(session, 1, 0, "x".repeat(18));
            driver.run(other, 1, 0, "x".repeat(9));

            assertThat(driver.run(other, 1, 0, "x".repeat(9))).isEqualTo(new SessionAnswer.ResultDropped(4, 7));
        }

        @Test
        @DisplayName("an acknowledgement makes room")
        void makesRoom() {
            long session = driver.open(LONG);
            driver.run(session, 1, 0, "x".repeat(18));
            driver.run(session, 2, 1, "y".repeat(18));

            assertThat(said(driver.run(session, 2, 1, "y".repeat(18)))).startsWith("again");
            assertThat(driver.table.keptBytes()).isEqualTo(20);
        }
    }

    @Nested
    @DisplayName("forgets a session")
    class Expiry {

        @Test
        @DisplayName("that was not used in more entries than it asked for, and not one entry sooner")
        void expiresAfterSoManyEntries() {
            long session = driver.open(10);
            driver.skip(9);
            assertThat(driver.keepAlive(session, 0)).isEqualTo(new SessionAnswer.KeptAlive());
            driver.skip(10);

            assertThat(driver.keepAlive(session, 0)).isEqualTo(refused(SESSION_EXPIRED));
            assertThat(driver.table.expired()).isEqualTo(1);
        }

        @Test
        @DisplayName("with its results: a repetition is refused, and not run again")
        void refusesARepetitionAfterExpiry() {
            long session = driver.open(10);
            driver.run(session, 1, 0, "a");
            driver.skip(10);

            assertThat(driver.run(session, 1, 0, "a")).isEqualTo(refused(SESSION_EXPIRED));
            assertThat(driver.ran).containsExactly("a");
            assertThat(driver.table.keptCount()).isZero();
            assertThat(driver.table.keptBytes()).isZero();
        }

        @ParameterizedTest
        @DisplayName("only for want of use: every entry that names it is one, be it refused or repeated")
        @ValueSource(strings = {"first", "repeated", "refused", "keep alive"})
        void countsEachUse(String use) {
            long session = driver.open(10);
            driver.run(session, 2, 0, "b");
            driver.skip(9);
            switch (use) {
                case "first" -> driver.run(session, 3, 0, "c");
                case "repeated" -> driver.run(session, 2, 0, "b");
                case "refused" -> driver.run(session, 99, 0, "z");
                default -> driver.keepAlive(session, 0);
            }
            driver.skip(9);

            assertThat(driver.keepAlive(session, 0)).isEqualTo(new SessionAnswer.KeptAlive());
        }

        @Test
        @DisplayName("at the next entry of any session, each after its own time")
        void expiresEachAfterItsTime() {
            driver.open(5);
            driver.open(50);
            driver.open(5);
            driver.skip(10);
            assertThat(driver.table.size()).isEqualTo(3);

            driver.open(5);

            assertThat(driver.table.size()).isEqualTo(2);
            assertThat(driver.table.expired()).isEqualTo(2);
            assertThat(driver.table.evicted()).isZero();
        }

        @Test
        @DisplayName("even by an entry that nobody understands")
        void expiresWithAMalformedEntry() {
            driver.open(1);
            driver.skip(5);
            driver.applyBytes(new byte[0]);

            assertThat(driver.table.size()).isZero();
        }

        @Test
        @DisplayName("when there are too many: the one that was least recently used")
        void evictsTheLeastRecentlyUsed() {
            long first = driver.open(LONG);
            long second = driver.open(LONG);
            long third = driver.open(LONG);
            driver.keepAlive(first, 0);
            driver.open(LONG);

            assertThat(driver.keepAlive(second, 0)).isEqualTo(refused(SESSION_EXPIRED));
            assertThat(driver.keepAlive(first, 0)).isEqualTo(new SessionAnswer.KeptAlive());
            assertThat(driver.keepAlive(third, 0)).isEqualTo(new SessionAnswer.KeptAlive());
            assertThat(driver.table.evicted()).isEqualTo(1);
        }

        @Test
        @DisplayName("that is closed; closing it once more finds none")
        void closes() {
            long session = driver.open(LONG);
            driver.run(session, 1, 0, "a");

            assertThat(driver.close(session)).isEqualTo(new SessionAnswer.Closed());
            assertThat(driver.close(session)).isEqualTo(refused(SESSION_EXPIRED));
            assertThat(driver.run(session, 2, 0, "b")).isEqualTo(refused(SESSION_EXPIRED));
            assertThat(driver.table.keptCount()).isZero();
        }

        @Test
        @DisplayName("for good: its id is never given again, and one that never was is answered the same")
        void knowsNoStrangers() {
            driver.open(LONG);

            assertThat(driver.run(999, 1, 0, "a")).isEqualTo(refused(SESSION_EXPIRED));
        }

        @Test
        @DisplayName("that may live longest, without an overflow")
        void livesLong() {
            driver.skip(Long.MAX_VALUE - 100);
            long session = driver.open(SessionRequest.MAX_EXPIRY_ENTRIES);

            assertThat(driver.keepAlive(session, 0)).isEqualTo(new SessionAnswer.KeptAlive());
        }
    }

    @Nested
    @DisplayName("faced with bytes that are no request,")
    class Nonsense {

        @Test
        @DisplayName("refuses them and changes nothing")
        void refusesMalformedBytes() {
            assertThat(driver.applyBytes(new byte[0])).isEqualTo(refused(MALFORMED));
            assertThat(driver.applyBytes(new byte[] {1, 9, 1})).isEqualTo(refused(MALFORMED));
            assertThat(driver.applyBytes(new byte[] {-1, 1, 1})).isEqualTo(refused(MALFORMED));
        }

        @Test
        @DisplayName("stops if a later release wrote them, for others may understand them")
        void stopsAtTheFuture() {
            assertThatIllegalStateException()
                    .isThrownBy(() -> driver.applyBytes(new byte[] {2, 1, 0}))
                    .withMessageContaining("at index 1 was written by a later release");
        }
    }

    @Test
    @DisplayName("takes entries in the order of the log only")
    void insistsOnTheOrder() {
        long session = driver.open(LONG);
        ByteBuffer again = ByteBuffer.wrap(new SessionRequest.Close(session).encode());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> driver.table.apply(session, 7, again, command -> new byte[0]))
                .withMessage("entry 1 is applied after entry 1");
    }
}
