package io.balsa.raft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.balsa.raft.storage.file.DiskFile;
import io.balsa.raft.testkit.SimulatedDisk.Crash;
import io.balsa.raft.testkit.SimulatedDisk.Faults;
import io.balsa.raft.testkit.SimulatedDisk.Operation;
import io.balsa.raft.testkit.SimulatedDisk.PowerCut;
import io.balsa.raft.testkit.SimulatedDisk.Rot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A simulated disk")
class SimulatedDiskTest {

    private final Draws draws = new Draws(1);

    /** Faults that are changed while the disk is used. */
    private static final class Switch implements Faults {

        private Faults now = NONE;
        private int most = Integer.MAX_VALUE;

        @Override
        public void before(Operation operation, String file) throws IOException {
            now.before(operation, file);
        }

        @Override
        public int atMost(Operation operation, String file, int bytes) {
            return Math.min(bytes, most);
        }
    }

    private final Switch faults = new Switch();
    private final SimulatedDisk disk = new SimulatedDisk("disk", faults);

    private DiskFile durable(String name, String text) throws IOException {
        DiskFile file = disk.create(name);
        write(file, text, 0);
        file.force();
        disk.syncDirectory();
        return file;
    }

    private static void write(DiskFile file, String text, long position) throws IOException {
        file.writeAll(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), position);
    }

    private String read(String name) throws IOException {
        DiskFile file = disk.open(name);
        ByteBuffer bytes = file.readAll(ByteBuffer.allocate((int) file.size()), 0);
        return new String(bytes.array(), 0, bytes.limit(), StandardCharsets.US_ASCII);
    }

    private void cutAt(Operation cut, double part) {
        faults.now = (operation, file) -> {
            if (operation == cut) {
                throw new PowerCut(part);
            }
        };
    }

    @ParameterizedTest(name = "{0} carried out: {1}")
    @CsvSource({"0, 0123456789", "0.5, abcde56789", "0.99, abcdefghi9", "1, abcdefghij"})
    @DisplayName("can lose its power in the middle of a write, of which a part then may reach it")
    void powerCutInAWrite(double part, String expected) throws IOException {
        DiskFile file = durable("file", "0123456789");
        cutAt(Operation.WRITE, part);

        assertThatThrownBy(() -> write(file, "abcdefghij", 0)).isInstanceOf(PowerCut.class);

        disk.crash(Crash.KEEP_ALL, draws);
        assertThat(read("file")).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} carried out: {1}")
    @CsvSource({"0, false", "0.4, false", "0.5, true", "1, true"})
    @DisplayName("can lose its power in another operation, which has been carried out then or not")
    void powerCutInAnotherOperation(double part, boolean done) throws IOException {
        DiskFile file = durable("file", "old");
        write(file, "new", 0);
        cutAt(Operation.FORCE, part);
        assertThatThrownBy(file::force).isInstanceOf(PowerCut.class);
        disk.crash(Crash.LOSE_ALL, draws);
        assertThat(read("file")).isEqualTo(done ? "new" : "old");

        cutAt(Operation.RENAME, part);
        assertThatThrownBy(() -> disk.rename("file", "other")).isInstanceOf(PowerCut.class);
        disk.crash(Crash.PROCESS_ONLY, draws);
        assertThat(disk.list()).containsExactly(done ? "other" : "file");
    }

    @Test
    @DisplayName("is dead without power, and what was open then is dead for good")
    void isDeadWithoutPower() throws IOException {
        DiskFile file = durable("file", "0123456789");
        cutAt(Operation.WRITE, 0);
        assertThatThrownBy(() -> write(file, "a", 0)).isInstanceOf(PowerCut.class);
        faults.now = Faults.NONE;

        assertThatThrownBy(file::force).isInstanceOf(PowerCut.class);
        assertThatThrownBy(file::size).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(PowerCut.class);
        assertThatThrownBy(disk::list).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> disk.open("file")).isInstanceOf(PowerCut.class);
        assertThatThrownBy(() -> disk.lock("lock")).isInstanceOf(PowerCut.class);
        assertThatThrownBy(disk::syncDirectory).isInstanceOf(PowerCut.class);

        disk.crash(Crash.LOSE_ALL, draws);

        assertThatThrownBy(() -> write(file, "a", 0)).hasMessage("the process that opened file is gone");
        assertThatThrownBy(file::force).hasMessage("the process that opened file is gone");
        assertThat(read("file")).isEqualTo("0123456789");
    }

    @Test
    @DisplayName("may read and write fewer bytes than it is asked to")
    void shortReadsAndWrites() throws IOException {
        DiskFile file = durable("file", "");
        faults.most = 3;

        assertThat(file.write(ByteBuffer.wrap(new byte[10]), 0)).isEqualTo(3);
        write(file, "0123456789", 0);
        assertThat(file.read(ByteBuffer.allocate(10), 0)).isEqualTo(3);
        assertThat(read("file")).isEqualTo("0123456789");
    }

    @Test
    @DisplayName("can be full: it then takes as much as there is room for, until there is more")
    void canBeFull() throws IOException {
        DiskFile file = durable("file", "0123456789");
        disk.capacity(15);

        assertThatThrownBy(() -> write(file, "abcdefgh", 10)).hasMessage("No space left on device");
        assertThat(read("file")).isEqualTo("0123456789abcde");
        assertThatThrownBy(() -> file.preallocate(20)).hasMessage("No space left on device");
        assertThatThrownBy(() -> disk.create("other")).hasMessage("No space left on device");
        write(file, "ABC", 0);

        disk.capacity(18);
        write(file, "fgh", 15);
        assertThatThrownBy(() -> file.preallocate(20)).hasMessage("No space left on device");
        disk.capacity(100);
        file.preallocate(20);
        assertThat(read("file")).isEqualTo("ABC3456789abcdefgh\0\0");
        assertThat(disk.usedBytes()).isEqualTo(20);
    }

    @Test
    @DisplayName("forgets what a sync failed to make durable, whatever is synced later")
    void failedSync() throws IOException {
        DiskFile file = durable("file", "0123456789");
        write(file, "abc", 0);
        faults.now = (operation, name) -> {
            if (operation == Operation.FORCE) {
                throw new IOException("Input/output error");
            }
        };
        assertThatThrownBy(file::force).hasMessage("Input/output error");
        faults.now = Faults.NONE;
        assertThat(read("file")).as("the system remembers").isEqualTo("abc3456789");
        write(file, "B", 1);
        file.force();

        disk.crash(Crash.KEEP_ALL, draws);

        assertThat(read("file")).as("the disk does not").isEqualTo("0B23456789");
    }

    @Test
    @DisplayName("keeps a cut and the growth after it, or neither, but never shows what was cut")
    void cutAndGrown() throws IOException {
        DiskFile file = durable("file", "0123456789");
        file.truncate(4);
        file.preallocate(8);
        assertThat(read("file")).isEqualTo("0123\0\0\0\0");

        disk.crash(Crash.KEEP_ALL, draws);

        assertThat(read("file")).isEqualTo("0123\0\0\0\0");
    }

    @Test
    @DisplayName("may show old bytes of a deleted file where a new one was growing, but not where it was durable")
    void staleBlocks() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimulatedDisk recycled = new SimulatedDisk("disk", Faults.NONE);
            DiskFile old = recycled.create("old");
            write(old, "o".repeat(1024), 0);
            old.force();
            recycled.syncDirectory();
            recycled.delete("old");
            DiskFile file = recycled.create("new");
            write(file, "d".repeat(512), 0);
            file.force();
            recycled.syncDirectory();
            write(file, "n".repeat(512), 512);

            recycled.crash(Crash.STALE, new Draws(seed));

            byte[] found = new byte[1024];
            ByteBuffer bytes = recycled.open("new").readAll(ByteBuffer.wrap(found), 0);
            assertThat(found[511]).isEqualTo((byte) 'd');
            seen.add(bytes.limit() == 512 ? "nothing" : String.valueOf((char) found[512]));
        }
        assertThat(seen).contains("o", "n");
    }

    @Test
    @DisplayName("may keep a new name and lose what the file holds")
    void nameWithoutContents() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimulatedDisk crashed = new SimulatedDisk("disk", Faults.NONE);
            write(crashed.create("file.new"), "whole", 0);
            crashed.rename("file.new", "file");

            crashed.crash(Crash.KEEP_RANDOM, new Draws(seed));

            for (String name : crashed.list()) {
                seen.add(name + " with " + crashed.open(name).size());
            }
        }
        assertThat(seen).containsExactlyInAnyOrder("file with 0", "file with 5", "file.new with 0", "file.new with 5");
    }

    @Test
    @DisplayName("rots where it was written and synced, or anywhere, and says where")
    void rots() throws IOException {
        DiskFile file = durable("file", "0123456789");
        file.preallocate(1000);
        file.force();
        write(file, "not synced", 10);

        long farthest = 0;
        for (int i = 0; i < 100; i++) {
            Rot rot = disk.rotWritten(draws).orElseThrow();
            assertThat(rot.file()).isEqualTo("file");
            assertThat(rot.offset()).isBetween(0L, 9L);
            farthest = Math.max(farthest, disk.rot(draws).orElseThrow().offset());
        }
        assertThat(farthest).isGreaterThan(500);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Crash.class)
    @DisplayName("never loses what was synced, whatever the crash")
    void keepsWhatWasSynced(Crash mode) throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk crashed = new SimulatedDisk("disk", Faults.NONE);
            DiskFile file = crashed.create("file");
            write(file, "s".repeat(700), 0);
            file.preallocate(2000);
            file.force();
            crashed.syncDirectory();
            write(file, "u".repeat(1500), 700);
            crashed.rename("file", "renamed");

            crashed.crash(mode, new Draws(seed));

            ByteBuffer found = ByteBuffer.allocate(700);
            crashed.open(crashed.list().get(0)).readAll(found, 0);
            assertThat(found.array()).containsOnly('s');
        }
    }
}
