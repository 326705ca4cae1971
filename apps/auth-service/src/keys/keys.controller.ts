import { authServiceApi, type KeyRotation } from '@mediamesh/contracts';
import { Implements } from '@mediamesh/http';
import { Controller } from '@nestjs/common';
import type { JWK } from 'jose';
import { SigningKeysService } from './signing-keys.service.js';

@Controller()
export class KeysController {
  constructor(private readonly keys: SigningKeysService) {}

  @Implements(authServiceApi, 'listKeys')
  async listKeys(): Promise<{ keys: Record<string, unknown>[] }> {
    const keys: JWK[] = await this.keys.listPublic();
    return { keys: keys.map((key) => ({ ...key })) };
  }

  @Implements(authServiceApi, 'rotateKeys')
  rotateKeys(): Promise<KeyRotation> {
    return this.keys.rotate();
  }
}
