import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions

/** Lends credentials to a block, as the credentials-binding plugin does. */
class Credentials {
    /** For the block. */
    final Map<String, String> environment = [:]
    /** What the console does not show. A user's name is shown, as Jenkins does unless told otherwise. */
    final List<String> secrets = []
    private final File folder

    /**
     * @param bindings as checked
     * @param store by id: { username, password }, { file } with its text, or { secret }
     * @param beside the workspace's temporary folder
     */
    Credentials(List<Map> bindings, Map store, File beside) {
        folder = new File(beside, "secretFiles/${UUID.randomUUID()}")
        bindings.each { bind(it.name, it.named, store) }
    }

    void giveBack() { folder.deleteDir() }

    private void bind(String type, Map named, Map store) {
        def id = named.credentialsId
        def found = store[id]
        if (!found) throw new Failed("Could not find credentials entry with ID '$id'")
        def fields = [usernamePassword: ['username', 'password'], file: ['file'], string: ['secret']][type]
        if (found.keySet() != fields as Set) throw new Failed("Credentials '$id' are no $type")
        switch (type) {
            case 'usernamePassword':
                environment[named.usernameVariable] = found.username
                environment[named.passwordVariable] = found.password
                secrets << found.password
                break
            case 'file':
                environment[named.variable] = file(id, found.file)
                secrets << environment[named.variable]
                break
            case 'string':
                environment[named.variable] = found.secret
                secrets << found.secret
        }
    }

    private String file(String id, String text) {
        folder.mkdirs()
        def mode = { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(it)) }
        def file = Files.createFile(new File(folder, id).toPath(), mode('rw-------'))
        file.toFile().setText(text, 'UTF-8')
        file.toString()
    }
}
