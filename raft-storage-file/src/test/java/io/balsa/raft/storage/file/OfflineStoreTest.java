package io.balsa.raft.storage.file;

import static io.balsa.raft.storage.file.Samples.FOUNDING;
import static io.balsa.raft.storage.file.Samples.IDENTITY;
import static io.balsa.raft.storage.file.Samples.announced;
import static io.balsa.raft.storage.file.Samples.contents;
import static io.balsa.raft.storage.file.Samples.contentsOf;
import static io.balsa.raft.storage.file.Samples.membership;
import static io.balsa.raft.storage.file.Samples.open;
import static io.balsa.raft.storage.file.Samples.run;
import static io.balsa.raft.storage.file.Samples.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.storage.DamagedSnapshotException;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.HardState;
import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.SnapshotInfo;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.storage.file.FaultyDisk.Crash;
import io.balsa.raft.storage.file.FaultyDisk.PowerCut;
import io.balsa.raft.storage.file.OfflineStore.ForcedMembership;
import io.balsa.raft.storage.file.Samples.Contents;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A store that no server uses")
class OfflineStoreTest {

    private static final LogPosition LAST = new LogPosition(70, 4);
    private static final SnapshotInfo EXPORTED = announced(LAST, 100_000);
    private static final Membership ALONE = Membership.ofVoters(List.of(Member.of(1, "http://10.0.0.1:7001")));

    @TempDir
    Path directory;

    private static InputStream exported() {
        return new ByteArrayInputStream(contents(LAST, 100_000).array());
    }

    private static boolean isCut(Runnable action) {
        try {
            action.run();
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    @Test
    @DisplayName("can be made of a snapshot that was exported, and goes on after it")
    void seeds() {
        Disk disk = new NioDisk(directory.resolve("seeded"));
        OfflineStore.on(disk).seed(IDENTITY, EXPORTED, exported());
        FileStorage storage = FileStorage.on(disk);

        StoredState state = open(storage);

        assertThat(state.identity()).isEqualTo(IDENTITY);
        assertThat(state.founding()).isEqualTo(FOUNDING);
        assertThat(state.hardState()).isEqualTo(new HardState(4, Optional.empty()));
        assertThat(state.base()).isEqualTo(LAST);
        assertThat(state.last()).isEqualTo(LAST);
        assertThat(state.snapshot()).hasValue(EXPORTED);
        storage.append(run(71, 4, "next"));
        storage.close();
        assertThat(contentsOf(disk).state().last()).isEqualTo(new LogPosition(71, 4));
    }

    @Test
    @DisplayName("is not made where there is one")
    void seedsNoStoreThatIsThere() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        assertThatThrownBy(() -> OfflineStore.on(disk).seed(IDENTITY, EXPORTED, exported()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("in use");
        storage.close();

        assertThatThrownBy(() -> OfflineStore.on(disk).seed(IDENTITY, EXPORTED, exported()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("there is a store in memory already");
    }

    @Test
    @DisplayName("is not made of anything but the snapshot")
    void seedsNothingElse() {
        FaultyDisk disk = new FaultyDisk();
        byte[] other = contents(LAST, 100_000).array();
        other[70_000] ^= 1;

        for (byte[] wrong : List.of(other, new byte[10])) {
            assertThatThrownBy(() -> OfflineStore.on(disk).seed(IDENTITY, EXPORTED, new ByteArrayInputStream(wrong)))
                    .isInstanceOf(DamagedSnapshotException.class)
                    .hasMessageContaining("export it once more");
        }

        assertThat(disk.list()).containsExactly(FileNames.LOCK);
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    @DisplayName("is made whole or not at all, whenever the power is cut")
    void seedsWholeOrNotAtAll(Crash mode) {
        int whole = 0;
        int none = 0;
        boolean cut = true;
        for (int operation = 0; cut; operation++) {
            FaultyDisk disk = new FaultyDisk().cutPowerAt(operation);
            cut = isCut(() -> OfflineStore.on(disk).seed(IDENTITY, EXPORTED, exported()));
            for (int draw = 0; draw < 10; draw++) {
                FaultyDisk crashed = disk.crash(mode, Samples.chance(operation * 31L + draw));
                boolean isStore = crashed.list().contains(FileNames.IDENTITY);
                if (!isStore) {
                    OfflineStore.on(crashed).seed(IDENTITY, EXPORTED, exported());
                }
                whole += isStore ? 1 : 0;
                none += isStore ? 0 : 1;
                assertThat(contentsOf(crashed).state().snapshot()).hasValue(EXPORTED);
                assertThat(contentsOf(crashed.crash(Crash.LOSE_ALL, Samples.chance(0)))
                                .state()
                                .hardState()
                                .currentTerm())
                        .isEqualTo(4);
            }
        }
        assertThat(whole).isPositive();
        assertThat(none).isPositive();
    }

    /** A store in term 2 whose log ends in term 1. */
    private static FaultyDisk survivor() {
        FaultyDisk disk = new FaultyDisk();
        FileStorage storage = FileStorage.on(disk);
        open(storage);
        storage.writeHardState(voted(1, 1));
        storage.append(run(1, 1, "a", "b"));
        storage.writeHardState(voted(2, 3));
        storage.close();
        return disk;
    }

    @Test
    @DisplayName("can be given another membership by force, in a term of its own")
    void forcesAMembership() {
        FaultyDisk disk = survivor();

        ForcedMembership done = OfflineStore.on(disk).forceMembership(ALONE);

        assertThat(done).isEqualTo(new ForcedMembership(IDENTITY, FOUNDING, ALONE, new LogPosition(3, 3)));
        Contents found = contentsOf(disk);
        assertThat(found.state().hardState()).isEqualTo(new HardState(3, Optional.empty()));
        assertThat(found.state().last()).isEqualTo(new LogPosition(3, 3));
        assertThat(found.entries().get(2).kind()).isEqualTo(EntryKind.MEMBERSHIP);
        assertThat(Membership.decode(found.entries().get(2).data())).isEqualTo(ALONE);
    }

    @Test
    @DisplayName("tells which membership was in force before: the log's, or else the snapshot's")
    void tellsTheMembershipBefore() {
        FaultyDisk disk = new FaultyDisk();
        OfflineStore.on(disk).seed(IDENTITY, EXPORTED, exported());
        assertThat(OfflineStore.on(disk).forceMembership(ALONE).before()).isEqualTo(EXPORTED.membership());

        FileStorage storage = FileStorage.on(disk);
        open(storage);
        storage.append(membership(72, 9));
        storage.close();

        ForcedMembership done = OfflineStore.on(disk).forceMembership(ALONE);

        assertThat(done.before()).isEqualTo(FOUNDING);
        assertThat(done.entry()).as("a term after that of the log").isEqualTo(new LogPosition(73, 10));
    }

    @Test
    @DisplayName("is not given one that its server has no vote in, or that is not settled")
    void forcesNoNonsense() {
        FaultyDisk disk = survivor();
        Membership others = Membership.ofVoters(List.of(Member.of(2, "b")));
        Membership joint =
                new Membership(FOUNDING.members(), FOUNDING.voters(), FOUNDING.voters(), FOUNDING.learners());

        for (Membership wrong : List.of(others, joint)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OfflineStore.on(disk).forceMembership(wrong));
        }

        assertThat(contentsOf(disk).state().last()).isEqualTo(new LogPosition(2, 1));
    }

    @Test
    @DisplayName("is not given one while a server uses it, or if there is none")
    void forcesNothingOnAServer() {
        FaultyDisk disk = survivor();
        open(FileStorage.on(disk));

        assertThatThrownBy(() -> OfflineStore.on(disk).forceMembership(ALONE))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("in use by another server");
        assertThatThrownBy(() -> OfflineStore.on(new NioDisk(directory.resolve("nothing")))
                        .forceMembership(ALONE))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> OfflineStore.on(new FaultyDisk()).forceMembership(ALONE))
                .isInstanceOf(StorageException.class)
                .hasMessage("there is no store in memory");
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    @DisplayName("never has the entry without the term, whenever the power is cut")
    void forcesInOrder(Crash mode) {
        boolean cut = true;
        for (int operation = 0; cut; operation++) {
            FaultyDisk disk =
                    survivor().crash(Crash.KEEP_ALL, Samples.chance(0)).cutPowerAt(operation);
            cut = isCut(() -> OfflineStore.on(disk).forceMembership(ALONE));
            for (int draw = 0; draw < 10; draw++) {
                Contents found = contentsOf(disk.crash(mode, Samples.chance(operation * 31L + draw)));
                boolean forced = found.state().last().index() == 3;
                assertThat(found.state().last()).isEqualTo(forced ? new LogPosition(3, 3) : new LogPosition(2, 1));
                assertThat(forced || cut)
                        .as("it is there when it was said to be")
                        .isTrue();
                if (forced) {
                    assertThat(found.state().hardState()).isEqualTo(new HardState(3, Optional.empty()));
                }
            }
        }
    }
}
