import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.StandardCopyOption
import org.xml.sax.SAXException

/** Takes files out of the workspace. */
class Collect {
    /**
     * Copies the files that match into a folder, by their paths.
     * @param pattern as Ant has them, as far as Java's own globs mean the same: not a `**` in the middle
     * @return the files of the workspace
     */
    static List<File> matching(String pattern, File workspace, File folder) {
        def matcher = FileSystems.default.getPathMatcher("glob:$pattern")
        def root = workspace.toPath()
        def found = []
        workspace.eachFileRecurse(groovy.io.FileType.FILES) { if (matcher.matches(root.relativize(it.toPath()))) found << it }
        found.each {
            def target = folder.toPath().resolve(root.relativize(it.toPath()))
            Files.createDirectories(target.parent)
            Files.copy(it.toPath(), target, StandardCopyOption.REPLACE_EXISTING)
        }
        found
    }

    /** @return how many test cases of a JUnit file there are, and how many have failed */
    static Map cases(File file) {
        try {
            def cases = new XmlSlurper().parse(file).depthFirst().findAll { it.name() == 'testcase' }
            [total: cases.size(), failed: cases.count { it.failure.size() + it.error.size() > 0 }]
        } catch (SAXException broken) {
            throw new Failed("$file is no XML: ${broken.message}")
        }
    }
}
